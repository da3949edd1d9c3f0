import { analysis } from '#event-sourcing';
import { lifecycle, pyramid, type Stage } from '#loyalty';
import { profileTraits } from '../domain/profile-traits.js';
import { together } from '../domain/together.js';

const asked = together({ pyramid });

const RISKS: Readonly<Record<Stage, string>> = { prospect: 'none', first_purchase: 'low', developing: 'low', loyal: 'low', won_back: 'medium', at_risk: 'high', dormant: 'high', lost: 'lost' };

/** Who the customers are: tier, risk, hobbies and habits. */
export const profile = analysis('profile_analysis', {
  version: 1,
  summary: 'How many customers there are of each tier of the pyramid, risk (by the stage of the life cycle), hobby and habit; who has several counts with each.',
  allow: ['analyst', 'manager'], personal: ['hobby'], record: null, apart: ['tier', 'risk', 'hobby', 'habit'],
  columns: { tier: { type: 'text', summary: 'Null: has not bought.', nullWhere: 'the customers have not bought' }, risk: { type: 'text', summary: 'none: a prospect; low, medium (won back), high (at risk, dormant); lost.' }, hobby: { type: 'text', nullWhere: 'no hobby is known' }, habit: { type: 'text', summary: 'What it is about.', nullWhere: 'no habit is known' }, customers: 'integer', share: { type: 'number', summary: 'Of all customers.' } },
})
  .reads({ ...asked.sources, stages: lifecycle, traits: profileTraits() })
  .computes((inputs, moment) => {
    const { stages, traits } = inputs;
    const found = asked.find('pyramid', inputs, moment);
    const tiers = new Map(found.rows.map(({ customerId, tier }) => [customerId as string, tier as string]));
    const known = new Map(traits.map((row) => [row.customerId, row]));
    const all = stages.filter(({ stage }) => stage !== null);
    const cells = new Map<string, { tier: string | null; risk: string; hobby: string | null; habit: string | null; customers: number }>();
    for (const { customerId, stage } of all) {
      for (const hobby of orNone(known.get(customerId)?.hobbies)) {
        for (const habit of orNone(known.get(customerId)?.habits)) {
          const cell = { tier: tiers.get(customerId) ?? null, risk: RISKS[stage!], hobby, habit };
          const key = JSON.stringify(cell);
          cells.set(key, { ...cell, customers: (cells.get(key)?.customers ?? 0) + 1 });
        }
      }
    }
    const rows = [...cells].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, cell]) => ({ ...cell, share: cell.customers / all.length }));
    return { rows, summary: { customers: all.length, ...countsOf('risk', all.map(({ stage }) => RISKS[stage!])), ...countsOf('tier', all.map(({ customerId }) => tiers.get(customerId) ?? 'none')) }, notes: rows.length > 0 ? [...(found.notes ?? [])] : ['There is no customer with a stage.'] };
  });

const orNone = (values: readonly string[] | undefined): readonly (string | null)[] => (values && values.length > 0 ? values : [null]);

function countsOf(name: string, values: readonly string[]): Record<string, Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of [...values].sort()) counts[value] = (counts[value] ?? 0) + 1;
  return { [name]: counts };
}
