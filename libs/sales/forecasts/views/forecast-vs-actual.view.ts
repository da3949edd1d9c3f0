import { view } from '#event-sourcing';
import { type Money } from '#money';
import { noAmounts, rateOf, withAmount, type Amounts } from '../../domain/figures.js';
import { monthOf, quarterOf } from '../../domain/time.js';
import { OpportunityReopened, OpportunityWon, type Ended } from '../../opportunities/domain/events.js';
import { ForecastAdjusted, ForecastFrozen, ForecastSubmitted } from '../domain/forecast.js';

export interface ForecastRow {
  /** `2017-03` or `2017-Q1` */
  period: string;
  representativeId: string;
  forecast?: Money;
  /** What was forecast at first. */
  firstForecast?: Money;
  frozenAt?: string;
  timesAdjusted: number;
  /** What was won, in minor units by currency. */
  actual: Amounts;
}

/** `deviation` is what was won less what was forecast; `accuracy` 1 where both are the same. */
export interface ForecastAnswer extends ForecastRow {
  deviation: Money | null;
  accuracy: number | null;
}

const NONE = '(none)';
const keyOf = ({ data: { period, representativeId } }: { data: { period: string; representativeId: string } }): string => `${period}/${representativeId}`;
const periodsOf = ({ seller }: Ended, at: string): string[] => [monthOf(at), quarterOf(at)].map((period) => `${period}/${seller?.representativeId ?? NONE}`);

/** Keyed `2017-Q1/mei`. */
export const forecastVsActual = view<ForecastRow>('forecast_vs_actual', {
  version: 1,
  summary: 'What each representative forecast for a month or quarter beside what was won; what was believed on a day with asOf.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ period: 1 }, { representativeId: 1 }],
})
  .on(ForecastSubmitted, keyOf, (row, { data: { amount } }, key) => ({ ...(row ?? empty(key)), forecast: amount, firstForecast: amount }))
  .on(ForecastAdjusted, keyOf, (row, { data: { amount } }) => row && { ...row, forecast: amount, timesAdjusted: row.timesAdjusted + 1 })
  .on(ForecastFrozen, keyOf, (row, { occurredAt }) => row && { ...row, frozenAt: occurredAt })
  .on(OpportunityWon, ({ data: { ended }, occurredAt }) => periodsOf(ended, occurredAt), (row, { data: { value } }, key) => withWon(row ?? empty(key), value, 1))
  .on(OpportunityReopened, ({ data: { former } }) => (former.outcome === 'won' ? periodsOf(former.ended, former.endedAt) : []), (row, { data: { former } }) => row && withWon(row, former.value, -1))
  .computed<ForecastAnswer, unknown>({ fields: ['deviation', 'accuracy'], compute: compared });

function empty(key: string): ForecastRow {
  const [period, representativeId] = key.split('/') as [string, string];
  return { period, representativeId, timesAdjusted: 0, actual: noAmounts };
}

const withWon = (row: ForecastRow, value: Money | undefined, sign: 1 | -1): ForecastRow => ({ ...row, actual: withAmount(row.actual, value, sign) });

function compared(row: ForecastRow): ForecastAnswer {
  if (!row.forecast) return { ...row, deviation: null, accuracy: null };
  const { amount, currency } = row.forecast;
  const deviation = (row.actual[currency] ?? 0) - amount;
  return { ...row, deviation: { amount: deviation, currency }, accuracy: rateOf(Math.max(0, amount - Math.abs(deviation)), amount) };
}
