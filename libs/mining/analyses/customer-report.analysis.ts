import { IsInt, Max, Min } from 'class-validator';
import { analysis } from '#event-sourcing';
import { lifecycle } from '#loyalty';
import { mainCurrency } from '../domain/features.js';
import { purchaseHistories } from '../domain/purchase-histories.js';
import { cohortsOf, lorenzOf, rfmGrid, stageFlows } from '../domain/report-figures.js';

export class ReportParameters {
  /** The flow between stages is of so many days. */
  @IsInt() @Min(1) @Max(3650) days = 90;
  /** Cohorts at the most, the latest. */
  @IsInt() @Min(1) @Max(120) cohorts = 24;
}

const DAY_MS = 86_400_000;

export const customerReport = analysis('customer_report', {
  version: 1, summary: 'The figures of the report: flow between stages, cohorts by first purchase month, Lorenz curve, grid of recency and frequency', allow: ['analyst', 'manager'], personal: [], record: null,
  parameters: ReportParameters,
  columns: { from: 'text', to: 'text', customers: 'integer' },
})
  .reads({ stages: lifecycle, histories: purchaseHistories() })
  .computes(({ stages, histories }, { now, parameters: { days, cohorts } }) => {
    const then = new Date(Date.parse(now) - days * DAY_MS).toISOString();
    const rows = stageFlows(stages, then, now);
    const currency = mainCurrency(histories);
    const lorenz = currency === undefined ? undefined : lorenzOf(histories, now, currency);
    const others = new Set(histories.flatMap(({ bought }) => bought.map((each) => each.currency)).filter((each) => each !== currency));
    const notes = [
      ...(rows.length > 0 ? [] : ['There is no customer with a stage.']),
      ...(lorenz ? [] : ['Nobody spent anything, so there is no Lorenz curve.']),
      ...(others.size > 0 ? [`Amounts are those in ${currency}; others are left out: ${[...others].sort().join(', ')}.`] : []),
    ];
    return { rows, summary: { then, flow: rows, cohorts: cohortsOf(histories, now, cohorts), lorenz: lorenz ?? null, rfm: currency === undefined ? [] : rfmGrid(histories, now, currency), currency: currency ?? null }, notes };
  });
