/** One command of the first data, and how many days ago it happened. */
export interface Step {
  daysAgo: number;
  command: new () => object;
  fields: object;
}

type FieldsOf<C> = Omit<C, 'occurredAt'>;

export const step = <C extends object>(daysAgo: number, command: new () => C, fields: FieldsOf<C>): Step => ({ daysAgo, command, fields });

const DAY_MS = 86_400_000;

/** A day as people write it: `dateIn(-3)` was three days ago. */
export function dateIn(days: number, now: Date): string {
  return new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
}

/** Ten o'clock of a day, UTC; never later than now. */
export function momentIn(days: number, now: Date): string {
  const moment = `${dateIn(days, now)}T10:00:00.000Z`;
  return days <= 0 && moment > now.toISOString() ? now.toISOString() : moment;
}
