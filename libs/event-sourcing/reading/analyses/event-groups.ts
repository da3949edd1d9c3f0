import type { RecordedEvent } from '../../ports/event-store.js';

/** Streams of more events than these are left out month by month, or year by year. */
export const GROUPS_AT_MOST = 30;
const MONTH = '2026-01'.length;
const YEAR = '2026'.length;

/** The events of a stream belong together: a return says nothing without its purchase. Where there are too many, and beyond that, those of a longer time. */
export function groupingsOf(events: readonly RecordedEvent[]): RecordedEvent[][][] {
  const began = new Map<string, string>();
  for (const { stream, occurredAt } of events) began.set(stream, began.has(stream) && began.get(stream)! < occurredAt ? began.get(stream)! : occurredAt);
  const ways = [(stream: string) => stream, (stream: string) => began.get(stream)!.slice(0, MONTH), (stream: string) => began.get(stream)!.slice(0, YEAR), () => ''];
  const few = ways.map((way) => grouped(events, ({ stream }) => way(stream))).filter(({ length }) => length <= GROUPS_AT_MOST);
  return few.filter(({ length }, index) => length > 0 && length !== few[index - 1]?.length);
}

export const areOfSeveralStreams = (group: readonly RecordedEvent[]): boolean => new Set(group.map(({ stream }) => stream)).size > 1;

function grouped(events: readonly RecordedEvent[], by: (event: RecordedEvent) => string): RecordedEvent[][] {
  const groups = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const name = by(event);
    const known = groups.get(name);
    if (known) known.push(event);
    else groups.set(name, [event]);
  }
  return [...groups.values()];
}
