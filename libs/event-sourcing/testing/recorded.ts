import type { NewEvent } from '../modelling/domain-event.js';
import type { RecordedEvent } from '../ports/event-store.js';

/** When everything happens that does not say when. */
export const NOON = '2026-01-05T12:00:00.000Z';

/** An event as it would come from a store; each field can be given. */
export function recorded<E extends object>(made: NewEvent<E>, given: Partial<RecordedEvent> = {}): RecordedEvent<E> {
  const position = given.position ?? 1;
  return {
    id: `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`,
    type: made.type.name,
    schemaVersion: made.type.version,
    stream: 'test-1',
    revision: position - 1,
    position,
    occurredAt: NOON,
    recordedAt: given.occurredAt ?? NOON,
    metadata: { commandId: 'test', correlationId: 'test', actor: 'tester', source: 'test' },
    ...given,
    data: JSON.parse(JSON.stringify(made.data)) as E,
  };
}
