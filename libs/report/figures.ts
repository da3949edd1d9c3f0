type Row = Readonly<Record<string, unknown>>;

/** What the page says of an answer: where its numbers come from. */
export interface Answered {
  analysis: string;
  version: number;
  /** ISO 8601. */
  now: string;
  /** The earlier moment of an analysis that compares. */
  from?: string;
  position?: number;
  rows: readonly Row[];
  summary: Row;
  notes: readonly string[];
  plots: readonly { title: string; series: readonly { name: string; points: readonly (readonly [number | string, number | null])[] }[] }[];
}

/** The answers of the analyses of these names, which the page shows and draws; it has no figures of its own. */
export const REPORTED = ['seven_p', 'stage_transitions', 'cohorts', 'pyramid', 'rfm', 'churn_risk', 'calibration'] as const;
export type Reported = (typeof REPORTED)[number];
export type ReportData = Readonly<Record<Reported, Answered>>;

/** Customers who went from one stage to another. */
export interface Flow {
  from: string;
  to: string;
  customers: number;
}

/** Of the customers who first bought in a month, the share that bought so many months later. */
export interface CohortMonth {
  cohort: string;
  month: number;
  customers: number;
  share: number;
}

/** Customers with a pair of scores. */
export interface ScoreCell {
  recency: number;
  frequency: number;
  customers: number;
  meanAmount: number;
}

/** Predictions that are about the same, and what happened. */
export interface Bin {
  customers: number;
  predicted: number;
  observed: number;
}

export const flowsIn = ({ rows }: Answered) => rows as unknown as readonly Flow[];
export const cohortsIn = ({ rows }: Answered) => rows as unknown as readonly CohortMonth[];

/** Points of the curve, the poorest first; none where nobody brought anything. */
export const lorenzIn = ({ plots }: Answered): readonly (readonly [number, number])[] => (plots[0]?.series[0]?.points ?? []) as readonly (readonly [number, number])[];

/** The rows of `rfm`, counted by two of their scores. */
export function scoreCellsIn({ rows }: Answered): ScoreCell[] {
  const cells = new Map<string, ScoreCell>();
  for (const { recencyScore, frequencyScore, monetary } of rows as readonly Readonly<Record<string, number>>[]) {
    const known = cells.get(`${recencyScore}/${frequencyScore}`) ?? { recency: recencyScore!, frequency: frequencyScore!, customers: 0, meanAmount: 0 };
    const customers = known.customers + 1;
    cells.set(`${recencyScore}/${frequencyScore}`, { ...known, customers, meanAmount: known.meanAmount + (monetary! - known.meanAmount) / customers });
  }
  return [...cells.values()].sort((one, other) => one.recency - other.recency || one.frequency - other.frequency);
}

export const churnBinsIn = ({ summary }: Answered) => (summary['crossValidated'] as { calibration: Bin[] } | undefined)?.calibration ?? [];

/** The rows of `calibration`: means of what was foretold and of what happened. */
export const forecastBinsIn = ({ rows }: Answered): Bin[] => (rows as readonly Readonly<Record<string, number>>[]).map(({ customers, expected, actual }) => ({ customers: customers!, predicted: expected!, observed: actual! }));
