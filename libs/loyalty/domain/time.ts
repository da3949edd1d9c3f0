/** A day of 24 hours, in milliseconds. */
export const DAY_MS = 86_400_000;

/** The UTC calendar day of an ISO 8601 time in UTC: `2026-01-31`. */
export const dayOf = (time: string): string => time.slice(0, 10);

/** Whole calendar days from one `YYYY-MM-DD` to another. */
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** Whole days of 24 hours that have passed from one time (milliseconds) to another; 0 where `now` is the earlier one. */
export const daysSince = (time: number, now: number): number => Math.max(0, Math.floor((now - time) / DAY_MS));

export const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Months since the year 0, UTC: the same number for all times of one calendar month. */
export const monthOf = (time: string): number => Number(time.slice(0, 4)) * 12 + Number(time.slice(5, 7)) - 1;

/** `2026-01` */
export const monthName = (month: number): string => `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;

/** The last millisecond of a month. */
export const monthEnd = (month: number): string => isoOf(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 1) - 1);
