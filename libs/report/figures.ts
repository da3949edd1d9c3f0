/** What the charts are drawn from: the summaries of the analyses `customer_report` and `churn_risk`. */
export interface CustomerFigures {
  then: string;
  flow: { from: string | null; to: string; customers: number }[];
  cohorts: { month: string; customers: number; shares: number[] }[];
  lorenz: { currency: string; points: [number, number][]; gini: number } | null;
  rfm: { recency: number; frequency: number; customers: number; meanAmount: number }[];
  currency: string | null;
}

export interface ChurnSummary {
  model: string | null;
  customers?: number;
  churned?: number;
  learntAsOf?: string;
  horizonDays?: number;
  crossValidated?: { areaUnderCurve: number | null; brierScore: number | null; calibration: { customers: number; predicted: number; observed: number }[] };
}
