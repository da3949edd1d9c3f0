import { analysis } from '#event-sourcing';
import { STAGES } from '../domain/lifecycle.js';
import { bindings } from '../views/bindings.view.js';
import { lifecycle } from '../views/lifecycle.view.js';

/** What leaving would cost each customer. */
export const exitCost = analysis('exit_cost', {
  version: 1,
  summary: 'What leaving would cost each customer by what binds them at the moment, by currency, and by stage of the life cycle.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId', apart: ['currency'],
  columns: { customerId: 'text', stage: 'text', currency: 'text', exitCost: { type: 'integer', unit: 'minor units' }, factors: { type: 'json', summary: 'Each with its kind, cost, source and event.' } },
})
  .reads({ bindings, customers: lifecycle })
  .computes(({ bindings: all, customers }, { now }) => {
    const stages = new Map(customers.map(({ customerId, stage }) => [customerId, stage]));
    const binding = all.filter(({ since, until, removedAt }) => since <= now && removedAt === undefined && (until === undefined || until > now));
    const groups = new Map<string, typeof binding>();
    for (const each of binding) {
      const key = JSON.stringify([each.customerId, each.cost.currency]);
      groups.set(key, [...(groups.get(key) ?? []), each]);
    }
    const rows = [...groups.values()].map((group) => {
      const { customerId, cost: { currency } } = group[0]!;
      const factors = group.map(({ kind, cost, source, eventId }) => ({ kind, cost: cost.amount, source, eventId }));
      return { customerId, stage: stages.get(customerId) ?? null, currency, exitCost: factors.reduce((sum, { cost }) => sum + cost, 0), factors };
    }).sort((one, other) => (`${one.customerId}/${one.currency}` < `${other.customerId}/${other.currency}` ? -1 : 1));
    const currencies = [...new Set(rows.map(({ currency }) => currency))].sort();
    const byStage = currencies.flatMap((currency) => STAGES.map((stage) => ({ currency, stage, in: rows.filter((row) => row.stage === stage && row.currency === currency) })))
      .filter((each) => each.in.length > 0)
      .map((each) => ({ currency: each.currency, stage: each.stage, customers: each.in.length, mean: each.in.reduce((sum, row) => sum + row.exitCost, 0) / each.in.length }));
    return { rows, summary: { bound: new Set(rows.map(({ customerId }) => customerId)).size, customers: customers.length, byStage }, notes: rows.length > 0 ? [] : ['Nothing is recorded that binds a customer.'] };
  });
