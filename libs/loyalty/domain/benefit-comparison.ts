import type { BenefitAssessment } from './benefits.js';

/** An assessment, and the best competing product that was assessed for the same customer and product; none for a competitor's. */
export interface Compared<Row> {
  own: Row;
  rival?: Row;
}

/** The latest assessment of each customer, product and competitor, by these, each with its rival. */
export function latestCompared<Row extends BenefitAssessment>(all: readonly Row[]): Compared<Row>[] {
  const latest = new Map<string, Row>();
  for (const row of all) {
    const key = JSON.stringify([row.customerId, row.product, row.competitor ?? null]);
    const known = latest.get(key);
    if (!known || known.assessedAt < row.assessedAt || (known.assessedAt === row.assessedAt && known.benefitId < row.benefitId)) latest.set(key, row);
  }
  const present = [...latest.values()].sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
  const rivals = new Map<string, Row>();
  for (const row of present.filter(({ competitor }) => competitor !== undefined)) {
    const key = JSON.stringify([row.customerId, row.product]);
    if (!rivals.has(key) || rivals.get(key)!.benefit < row.benefit) rivals.set(key, row);
  }
  return present.map((own) => {
    const rival = own.competitor === undefined ? rivals.get(JSON.stringify([own.customerId, own.product])) : undefined;
    return { own, ...(rival && { rival }) };
  });
}

const sortKey = ({ customerId, product, competitor = '' }: BenefitAssessment) => `${customerId}/${product}/${competitor}`;
