import { type AnyAnalysis, type AnyView, type Findings, readOf, type RecordedEvent, type View } from '#event-sourcing';
import { readerOf } from './answers.js';

/** All rows of the views that an analysis reads, folded from events; parameters of views see the policies among them. */
export async function inputsOf(analysis: AnyAnalysis, events: readonly RecordedEvent[], now: string, earlierEvents: readonly RecordedEvent[] = [], from = now): Promise<Record<string, object[]>> {
  const inputs: Record<string, object[]> = {};
  for (const [name, source] of Object.entries(analysis.sources)) {
    const { view, computed, earlier } = readOf(source);
    inputs[name] = await rowsOf(view, computed, earlier ? earlierEvents : events, earlier ? from : now);
  }
  return inputs;
}

export interface Found extends Omit<Findings, 'rows'> {
  rows: readonly Record<string, unknown>[];
  summary: Record<string, unknown>;
  notes: readonly string[];
}

/** What the analysis finds at a moment when these events are all that is known. */
export async function findingsOf(analysis: object, events: readonly RecordedEvent[], now: string, parameters: object = {}): Promise<Found> {
  const asked = analysis as AnyAnalysis;
  const found = asked.compute((await inputsOf(asked, events, now)) as never, { now, parameters: { ...new (asked.options.parameters ?? Object)(), ...parameters } });
  return { notes: [], ...found, rows: found.rows as Record<string, unknown>[], summary: { ...found.summary } };
}

async function rowsOf(view: AnyView, computed: boolean, events: readonly RecordedEvent[], now: string): Promise<object[]> {
  const rows = folded(view, events);
  const documents = [...rows].sort(([one], [other]) => (one < other ? -1 : 1));
  if (!computed) return documents.map(([_id, row]) => ({ _id, ...row }));
  const computation = view.computation!;
  const known = new Map<string, Map<string, object>>();
  const parameters = await computation.parameters?.({
    get: (read, key) => reader(read as AnyView).get(read, key),
    find: (read, options) => reader(read as AnyView).find(read, options),
    aggregate: (read, pipeline) => reader(read).aggregate(read, pipeline),
  });
  return documents.map(([_id, row]) => ({ _id, ...(computation.compute(row, now, parameters) as object) }));

  function reader(read: AnyView) {
    if (!known.has(read.name)) known.set(read.name, folded(read, events));
    return readerOf({ [read.name]: known.get(read.name)! });
  }
}

function folded(view: AnyView | View<object, unknown>, events: readonly RecordedEvent[]): Map<string, object> {
  const rows = new Map<string, object>();
  for (const event of events) {
    for (const key of view.keysOf(event)) {
      const row = view.fold(rows.get(key), event, key);
      if (row) rows.set(key, row);
      else rows.delete(key);
    }
  }
  return rows;
}
