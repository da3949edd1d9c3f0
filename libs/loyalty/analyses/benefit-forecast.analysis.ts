import { IsInt, Max, Min } from 'class-validator';
import { analysis } from '#event-sourcing';
import { benefitTrend } from '../domain/benefit-trend.js';
import { benefits, type BenefitRow } from '../views/benefits.view.js';

export class BenefitForecastParameters {
  /** How far ahead. */
  @IsInt() @Min(1) @Max(3_650) days = 365;
}

const points = (summary: string) => ({ type: 'number', unit: 'points', summary }) as const;

/** What customers are going to have of our products, as it goes on. */
export const benefitForecast = analysis('benefit_forecast', {
  version: 1,
  summary: 'The benefit of our products to each customer so far (u + b + r − c − t) and what it comes to where it goes on as before: a straight line through three assessments or more.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId', apart: ['product'], parameters: BenefitForecastParameters,
  columns: { customerId: 'text', product: 'text', assessments: 'integer', latest: points('By the last assessment.'), perYear: { ...points('Change in a year.'), nullWhere: 'fewer than three days have an assessment' }, expected: { ...points('So many days ahead; null of fewer than three assessments.'), nullWhere: 'fewer than three days have an assessment' } },
})
  .reads({ benefits })
  .computes(({ benefits: all }, { now, parameters: { days } }) => {
    const groups = new Map<string, BenefitRow[]>();
    for (const row of all.filter(({ competitor }) => competitor === undefined)) {
      const key = JSON.stringify([row.customerId, row.product]);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    const rows = [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, assessed]) => {
      const [{ customerId, product }] = assessed as [BenefitRow];
      const latest = assessed.reduce((last, row) => (row.assessedAt > last.assessedAt ? row : last));
      const trend = benefitTrend(assessed, now, days);
      return { customerId, product, assessments: assessed.length, latest: latest.benefit, perYear: trend?.perYear ?? null, expected: trend?.expected ?? null };
    });
    const told = rows.filter(({ expected }) => expected !== null);
    return { rows, summary: { assessed: rows.length, told: told.length, falling: told.filter(({ perYear }) => perYear! < 0).length }, notes: rows.length === 0 ? ['No benefit was assessed.'] : rows.length === told.length ? [] : ['Of fewer than three days with an assessment no line is drawn.'] };
  });
