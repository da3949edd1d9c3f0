import { describe, expect, it } from '@jest/globals';
import { contexts } from '#composition';
import { RowMapper } from '../mapping/row-mapper.js';
import { baskets } from './baskets.js';

const decisionOf = (name: string) => contexts.flatMap(({ decisions }) => decisions).find(({ command }) => command.name === name);

describe('A basket', () => {
  it('is a purchase of a customer of its own, of as many products as the line has', () => {
    const mapper = RowMapper.compile(baskets.mapping, baskets.mapping.columns!, decisionOf);
    const { commands } = mapper.map(baskets.valuesOf!(['tea', 'cup', ''], 7));
    expect(commands.map((command) => command.data())).toEqual([
      { customerId: 'basket-7', kind: 'person', name: 'Buyer of basket 7' },
      { purchaseId: 'basket-7', customerId: 'basket-7', amount: { amount: 0, currency: 'XXX' }, items: [{ product: 'tea', quantity: 1 }, { product: 'cup', quantity: 1 }] },
    ]);
  });
});
