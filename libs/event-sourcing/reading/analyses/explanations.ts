import { readOf, type Explanation, type Factor, type Findings } from '../../modelling/analysis.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import type { StoredDocument } from '../moments/rows-reader.js';
import { citationsOf } from './citations.js';
import { findingsOf } from './compute.js';
import { areOfSeveralStreams, GROUPS_AT_MOST, groupingsOf } from './event-groups.js';
import type { Asked, LeavingOut, Rows } from './leaving-out.js';

const NAMED_AT_MOST = 100;
/** The events of more records than these are not left out: that they make the row is plain. */
const RECORDS_AT_MOST = 1_000;

const COMPARED = 'A number is compared with what it would be if the events named beside it had never been recorded.';

/** Undefined where there is no such row, nor anything that could say why. @throws ViewFailed */
export async function explanationOf(asked: Asked, leavingOut: LeavingOut): Promise<Explanation | undefined> {
  const { analysis, inputs, moment, key } = asked;
  const found = await findingsOf(analysis, inputs, moment);
  const rows = leavingOut.rowsIn(found);
  const by = citationsOf(analysis, moment, found.summary ?? {}, inputs);
  if ((analysis.options.record ?? null) === null) return rows.length === 0 ? undefined : { ...(await sumOf(asked, leavingOut, rows)), by };
  const events = (await leavingOut.eventsOf([key])).get(key)!;
  if (rows.length > 0) return { ...(await recordOf(leavingOut, rows, events)), by };
  return events.length === 0 ? undefined : { ...(await absenceOf(asked, leavingOut, found, events)), by };
}

/** The events of one stream of the record after the other are left out; those of a longer time where there are many, or none makes a difference alone. */
async function recordOf(leavingOut: LeavingOut, rows: Rows, events: readonly RecordedEvent[]): Promise<Explanation> {
  const groupings = groupingsOf(events);
  let [factors, groups]: [Factor[], RecordedEvent[][]] = [[], []];
  for (groups of groupings) if ((factors = await leavingOut.factorsOf(groups, rows)).length > 0) break;
  return {
    factors,
    notes: [
      `${COMPARED} The record's other events change none.`,
      ...(groups.some(areOfSeveralStreams) ? [`${groupings[0] === groups ? 'There are many events' : 'Left out alone, no event changes a number'}: those of a month, of a year, or all of them, are left out together.`] : []),
    ],
  };
}

/** There is no row of a record that events tell of: whether one would be there without one of them, such as a return. */
async function absenceOf({ analysis, key }: Asked, leavingOut: LeavingOut, found: Findings, events: readonly RecordedEvent[]): Promise<Explanation> {
  const alone = events.map((event) => [event]);
  const factors = await leavingOut.factorsOf(alone.length <= GROUPS_AT_MOST ? alone : (groupingsOf(events)[0] ?? []), []);
  const views = [...new Set(Object.values(analysis.sources).map((source) => readOf(source).view.name))];
  return {
    missing: true, factors,
    notes: [
      `${analysis.name} has no row of ${key} at that moment.`,
      ...(factors.length > 0 ? ['Without the events named beside it, there would be one: it would say so.'] : [`None of its ${events.length} events alone keeps it away. What the analysis reads of it: ${views.join(', ')}.`]),
      ...(found.notes ?? []),
    ],
  };
}

/** A row about several records: what it would be without all that is known of each or, where they are many, of all of them. */
async function sumOf({ analysis, inputs, moment, reads }: Asked, leavingOut: LeavingOut, rows: Rows): Promise<Explanation> {
  const all = () => [...reads].flatMap(([name, { view }]) => (view.options.record ? (inputs[name] as readonly StoredDocument[]).map((row) => row[view.options.record!] as string) : []));
  const records = [...new Set(analysis.restsOn(inputs, moment, rows[0]!) ?? all())].sort();
  const restsOn = { records: records.length, first: records.slice(0, NAMED_AT_MOST) };
  if (records.length > RECORDS_AT_MOST) return { factors: [], restsOn, notes: [`It rests on ${records.length} records, which are too many to be left out one by one; each can be asked for in the analyses of records.`] };
  const events = await leavingOut.eventsOf(records);
  const areFew = records.length <= GROUPS_AT_MOST;
  const groups = areFew ? [...events].filter(([, own]) => own.length > 0) : [['', [...new Set([...events.values()].flat())]] as const];
  const factors: Factor[] = [];
  for (const [record, own] of groups) factors.push(...(await leavingOut.factorsOf([own], rows)).map((factor) => (areFew ? { ...factor, record } : factor)));
  return {
    factors, restsOn,
    notes: [`${COMPARED} ${areFew ? 'All that is known of a record is left out together.' : `There are ${records.length} records: all that is known of all of them is left out together.`}`],
  };
}
