import { analysis } from '#event-sourcing';
import { latestCompared } from '../domain/benefit-comparison.js';
import { BENEFIT_TERMS } from '../domain/benefits.js';
import { benefits, type BenefitRow } from '../views/benefits.view.js';

const points = (summary: string) => ({ type: 'number', unit: 'points', summary }) as const;

/** What customers have of a product: u + b + r − c − t, each term with its source. */
export const customerBenefit = analysis('customer_benefit', {
  version: 1,
  summary: 'The latest assessed benefit of each customer and product, u + b + r − c − t, term by term with sources, and the advance over the best competitor.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId', apart: ['product', 'competitor'],
  columns: {
    customerId: 'text', product: 'text', competitor: { type: 'text', summary: 'Null: our own.', nullWhere: 'the product is our own' }, u: points('Use.'), b: points('Brand.'), r: points('Relationship.'), c: points('Cost, taken off.'), t: points('Time, taken off.'),
    benefit: points('u + b + r − c − t.'), advance: { ...points('Over the best competing product that was assessed for the same customer and product.'), nullWhere: 'no competing product was assessed for the same customer and product' }, decisive: { type: 'text', summary: 'The term that differs most from that of the competitor, in favour or against.', nullWhere: 'there is no competing product to differ from' }, sources: 'json', eventId: 'text',
  },
})
  .reads({ benefits })
  .computes(({ benefits: all }) => {
    const rows = latestCompared(all).map(({ own, rival }) => {
      const { customerId, product, competitor = null, terms, benefit, eventId } = own;
      return {
        customerId, product, competitor, ...Object.fromEntries(BENEFIT_TERMS.map((term) => [term, terms[term].value])), benefit, advance: rival ? benefit - rival.benefit : null,
        decisive: rival ? decisiveTerm(own, rival) : null, sources: Object.fromEntries(BENEFIT_TERMS.map((term) => [term, terms[term].source])), eventId,
      };
    });
    const compared = rows.filter(({ advance }) => advance !== null);
    return { rows, summary: { assessed: rows.length, compared: compared.length, behind: compared.filter(({ advance }) => advance! < 0).length }, notes: rows.length > 0 ? [] : ['No benefit was assessed.'] };
  });

function decisiveTerm(own: BenefitRow, rival: BenefitRow): string {
  const differences = BENEFIT_TERMS.map((term) => ({ term, by: Math.abs(own.terms[term].value - rival.terms[term].value) }));
  return differences.reduce((most, each) => (each.by > most.by ? each : most)).term;
}
