import type { AnyView } from '../../modelling/view.js';
import { BEGINNING, type EventStore, type Position, type RecordedEvent } from '../../ports/event-store.js';

const PAGE_SIZE = 1_000;
/** Views with no more events than these are folded from memory. */
const EVENTS_AT_MOST = 5_000;

interface Remembered {
  events: RecordedEvent[];
  position: Position;
}

/** Remembers the events of views that have few: to look for them in a long log takes longer than to fold them. */
export class FewEvents {
  private readonly known = new Map<string, Remembered | 'too many'>();

  constructor(private readonly events: EventStore) {}

  /** Every event of the view's types up to a position; undefined where they are not few. */
  async of(view: AnyView, until: Position): Promise<readonly RecordedEvent[] | undefined> {
    const known = this.known.get(view.name) ?? { events: [], position: BEGINNING };
    if (known === 'too many') return undefined;
    if (known.position >= until) return known.events.filter(({ position }) => position <= until);
    const events = [...known.events];
    const types = view.eventTypes().map(({ name }) => name);
    for await (const page of this.events.readAll({ after: known.position, until, filter: { types }, pageSize: PAGE_SIZE })) {
      events.push(...page.events);
      if (events.length > EVENTS_AT_MOST) {
        this.known.set(view.name, 'too many');
        return undefined;
      }
    }
    this.known.set(view.name, { events, position: until });
    return events;
  }

  clear(): void {
    this.known.clear();
  }
}
