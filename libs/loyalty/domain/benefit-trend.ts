interface Assessed {
  benefit: number;
  /** ISO 8601. */
  assessedAt: string;
}

export interface BenefitTrend {
  /** Points a year. */
  perYear: number;
  expected: number;
}

const DAY_MS = 86_400_000;
const DAYS_IN_YEAR = 365.25;
const FEWEST = 3;

/** The straight line through assessments (least squares), continued to so many days after `now`. Undefined of fewer than three days. */
export function benefitTrend(assessed: readonly Assessed[], now: string, days: number): BenefitTrend | undefined {
  const points = assessed.map(({ benefit, assessedAt }) => ({ at: (Date.parse(assessedAt) - Date.parse(now)) / DAY_MS, benefit }));
  if (new Set(assessed.map(({ assessedAt }) => assessedAt.slice(0, 10))).size < FEWEST) return undefined;
  const mean = (of: (point: (typeof points)[number]) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [at, benefit] = [mean((point) => point.at), mean((point) => point.benefit)];
  const slope = mean((point) => (point.at - at) * (point.benefit - benefit)) / mean((point) => (point.at - at) ** 2);
  return { perYear: slope * DAYS_IN_YEAR, expected: benefit + slope * (days - at) };
}
