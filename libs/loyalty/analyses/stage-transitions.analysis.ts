import { analysis, earlier } from '#event-sourcing';
import { STAGES, type Stage } from '../domain/lifecycle.js';
import { lifecycle } from '../views/lifecycle.view.js';

/** Not a customer yet, or no more under this id. */
const NONE = 'none';
type Standing = Stage | typeof NONE;

/** Where the customers of each stage are at a later moment. */
export const stageTransitions = analysis('stage_transitions', {
  version: 1,
  summary: 'Customers by their stage at an earlier moment and now, with the share of each way: the shares of what began in one stage come to 1.',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['from', 'to'],
  columns: { from: { type: 'text', summary: 'none: not a customer then.' }, to: { type: 'text', summary: 'none: no more under this id.' }, customers: 'integer', probability: 'number' },
})
  .reads({ customers: lifecycle, before: earlier(lifecycle) })
  .computes(({ customers, before }) => {
    const was = new Map<string, Standing>(before.map(({ _id, stage }) => [_id, stage ?? NONE]));
    const is = new Map<string, Standing>(customers.map(({ _id, stage }) => [_id, stage ?? NONE]));
    const counts = new Map<string, number>();
    for (const id of new Set([...was.keys(), ...is.keys()])) {
      const way = `${was.get(id) ?? NONE}>${is.get(id) ?? NONE}`;
      counts.set(way, (counts.get(way) ?? 0) + 1);
    }
    counts.delete(`${NONE}>${NONE}`);
    const all: readonly Standing[] = [...STAGES, NONE];
    const countOf = (from: Standing, to: Standing) => counts.get(`${from}>${to}`) ?? 0;
    const totals = new Map(all.map((from) => [from, all.reduce((sum, to) => sum + countOf(from, to), 0)]));
    const rows = all.flatMap((from) => all.filter((to) => countOf(from, to) > 0).map((to) => ({ from, to, customers: countOf(from, to), probability: countOf(from, to) / totals.get(from)! })));
    const stayed = STAGES.reduce((sum, stage) => sum + countOf(stage, stage), 0);
    const known = STAGES.reduce((sum, stage) => sum + totals.get(stage)!, 0);
    return {
      rows, summary: { before: known, entered: totals.get(NONE)!, stayed, moved: known - stayed },
      notes: known > 0 ? [] : ['Nobody was in a stage at the earlier moment.'],
    };
  })
  .restingOn(({ customers, before }, _, { from }) => {
    const was = new Map(before.map(({ _id, stage }) => [_id, stage ?? NONE]));
    return [...new Set([...was.keys(), ...customers.map(({ _id }) => _id)])].filter((id) => (was.get(id) ?? NONE) === from);
  });
