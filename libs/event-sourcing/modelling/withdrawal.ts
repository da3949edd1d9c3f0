import { DomainEvent, eventTypeOf } from './domain-event.js';
import { interpretation } from './interpretation.js';

/**
 * Events of the same stream that count no more: they should never have been recorded. They stay in the log, and count
 * neither for the aggregate nor for any view, as of no moment at which this was known.
 */
@DomainEvent({ reinterprets: ({ stream }) => ({ streams: [stream] }) })
export class EventsWithdrawn {
  /** Their revisions, ascending. */
  revisions!: readonly number[];
  reason!: string;
}

export const withdrawals = interpretation({
  of: [EventsWithdrawn],
  retroactive: true,
  reading: (events) => {
    const withdrawn = new Map<string, Set<number>>();
    for (const { stream, data } of events) {
      const ofStream = withdrawn.get(stream) ?? new Set<number>();
      for (const revision of (data as EventsWithdrawn).revisions) ofStream.add(revision);
      withdrawn.set(stream, ofStream);
    }
    return { read: (event) => (withdrawn.get(event.stream)?.has(event.revision) ? undefined : event) };
  },
});

export const isWithdrawal = ({ type }: { type: string }): boolean => type === WITHDRAWAL;

/** What counts of the history of one stream: neither what was withdrawn nor the withdrawals themselves. */
export function counting<E extends { type: string; revision: number; data: object }>(history: readonly E[]): E[] {
  const withdrawn = new Set(history.filter(isWithdrawal).flatMap(({ data }) => (data as EventsWithdrawn).revisions));
  return history.filter((event) => !isWithdrawal(event) && !withdrawn.has(event.revision));
}

const WITHDRAWAL = eventTypeOf(EventsWithdrawn).name;
