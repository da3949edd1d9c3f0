import { invalid } from '#event-sourcing';

const DAY_MS = 86_400_000;

/** Seconds from one moment to another; ISO 8601. */
export const secondsBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 1000);

/** Days from one moment to another, with one decimal. */
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / (DAY_MS / 10)) / 10;

/** `2017-03` */
export const monthOf = (moment: string): string => moment.slice(0, 7);

/** `2017-Q1` */
export const quarterOf = (moment: string): string => `${moment.slice(0, 4)}-Q${Math.ceil(Number(moment.slice(5, 7)) / 3)}`;

/** @throws Rejection `time-out-of-order` */
export function refuseBefore(earliest: string, occurredAt: string, what: string): void {
  if (occurredAt < earliest) throw invalid('time-out-of-order', `${what} at ${earliest}; give an occurredAt that is not before it.`);
}
