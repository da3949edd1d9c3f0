import { analysis } from '#event-sourcing';
import { latestCompared } from '../domain/benefit-comparison.js';
import { sensitivityOf } from '../domain/benefit-sensitivity.js';
import { benefits } from '../views/benefits.view.js';

const points = (summary: string) => ({ type: 'number', unit: 'points', summary }) as const;

/** What would change the benefit most, and what it takes to turn a decision. */
export const benefitSensitivity = analysis('benefit_sensitivity', {
  version: 1,
  summary: 'Of each term of the latest assessed benefit, u + b + r − c − t: what a change of it does to the benefit and to the advance over the best competitor, and how far it has to move until either is 0, all other terms left as they are.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId', apart: ['product', 'competitor', 'term'],
  columns: {
    customerId: 'text', product: 'text', competitor: { type: 'text', summary: 'Null: our own.', nullWhere: 'the product is our own' }, term: { type: 'text', summary: 'u, b, r, c or t.' }, value: points('Of the term.'),
    benefit: points('u + b + r − c − t.'), advance: { ...points('Over the best competing product that was assessed for the same customer and product.'), nullWhere: 'no competing product was assessed for the same customer and product' },
    perUnit: points('Added to the benefit, and to the advance, where the term rises by 1 point.'), perTenPercent: points('Added to both where the term rises by 10 % of its value; as much is lost where it falls by 10 %.'),
    rank: { type: 'integer', summary: 'Of the terms of the product, by what 10 % of each changes; equal ones have the same.' },
    benefitFlipsBy: { ...points('By how much the term has to change for a benefit of 0; beyond, its sign is the other one.'), nullWhere: 'no value of the term from 0 on makes the benefit 0' },
    advanceFlipsBy: { ...points('By how much the term has to change to be level with the competitor; beyond, the other one leads.'), nullWhere: 'no competing product was assessed, or no value of the term from 0 on makes the two level' },
    eventId: 'text',
  },
})
  .reads({ benefits })
  .computes(({ benefits: all }) => {
    const compared = latestCompared(all);
    const rows = compared.flatMap(({ own, rival }) => {
      const { customerId, product, competitor = null, terms, benefit, eventId } = own;
      const advance = rival ? benefit - rival.benefit : null;
      const changes = sensitivityOf(terms, benefit, advance);
      return changes.map(({ term, value, perUnit, perTenPercent, ...flips }) => {
        const rank = 1 + changes.filter((other) => Math.abs(other.perTenPercent) > Math.abs(perTenPercent)).length;
        return { customerId, product, competitor, term, value, benefit, advance, perUnit, perTenPercent, rank, ...flips, eventId };
      });
    });
    return { rows, summary: { assessed: compared.length, compared: compared.filter(({ rival }) => rival !== undefined).length }, notes: rows.length > 0 ? [] : ['No benefit was assessed.'] };
  });
