/** What was done and felt on a day. */
export interface FeltDay {
  day: string;
  /** Interactions. */
  meetings: number;
  /** Sentiments of the day, added, and how many they are. */
  sum: number;
  count: number;
}

/** A meeting, or a judgement beside one. */
export interface Felt {
  day: string;
  meetings: 0 | 1;
  sentiment?: number | undefined;
}

/** The days, ascending, with one thing more, or (`sign` −1) without one that is taken back. */
export function withFelt(days: readonly FeltDay[], { day, meetings, sentiment }: Felt, sign: 1 | -1 = 1): FeltDay[] {
  let at = days.length;
  // What is told is mostly of the latest day: search from the end.
  while (at > 0 && days[at - 1]!.day >= day) at -= 1;
  const isKnown = days[at]?.day === day;
  const known = isKnown ? days[at]! : { day, meetings: 0, sum: 0, count: 0 };
  const now = { day, meetings: known.meetings + sign * meetings, sum: known.sum + sign * (sentiment ?? 0), count: known.count + (sentiment === undefined ? 0 : sign) };
  const isNothing = now.meetings <= 0 && now.count <= 0;
  return days.toSpliced(at, isKnown ? 1 : 0, ...(isNothing ? [] : [now]));
}

/** Days with a meeting. */
export const daysMet = (days: readonly FeltDay[] = [], within: (day: string) => boolean = () => true): number =>
  days.filter(({ day, meetings }) => meetings > 0 && within(day)).length;

/** The mean sentiment on the days; null where none was recorded. */
export function meanFeeling(days: readonly FeltDay[] = [], within: (day: string) => boolean = () => true): number | null {
  let [total, all] = [0, 0];
  for (const { day, sum, count } of days) {
    if (count === 0 || !within(day)) continue;
    total += sum;
    all += count;
  }
  return all > 0 ? total / all : null;
}
