import { traitsOf, type EventPage, type EventStore, type RecordedEvent } from '../ports/event-store.js';
import { eventTypeOf, type Class, type EventType } from './domain-event.js';

/** Every event type that the program knows, by its name in the store. */
export class EventTypes {
  private readonly byName = new Map<string, EventType>();

  constructor(classes: Iterable<Class>) {
    for (const type of classes) this.add(eventTypeOf(type));
  }

  all(): EventType[] {
    return [...this.byName.values()];
  }

  get(name: string): EventType | undefined {
    return this.byName.get(name);
  }

  /**
   * The event with its data in the current schema version. Events of unknown types pass unchanged.
   * @throws UnknownSchemaVersion the event is newer than this program.
   */
  lift(event: RecordedEvent): RecordedEvent {
    const type = this.byName.get(event.type);
    if (!type || type.version === event.schemaVersion) return event;
    if (event.schemaVersion > type.version) throw new UnknownSchemaVersion(event, type.version);
    let data: object = event.data;
    for (let version = event.schemaVersion; version < type.version; version++) {
      data = type.upcast[version]!(data as never);
    }
    return { ...withData(event, data), schemaVersion: type.version };
  }

  private add(type: EventType): void {
    const known = this.byName.get(type.name);
    if (known && known.class !== type.class) throw new Error(`Two event classes have the name ${type.name}.`);
    this.byName.set(type.name, type);
  }
}

export class UnknownSchemaVersion extends Error {
  override readonly name = 'UnknownSchemaVersion';
  constructor(event: RecordedEvent, known: number) {
    super(`${event.type} ${event.id} has schema version ${event.schemaVersion}; this program knows up to ${known}. Run a newer one.`);
  }
}

/** The same store, its events lifted to their current schema versions as they are read. */
export function withUpcasting(store: EventStore, types: EventTypes): EventStore {
  const lift = (events: readonly RecordedEvent[]) => events.map((event) => types.lift(event));
  return {
    ...traitsOf(store),
    append: (...args) => store.append(...args),
    head: () => store.head(),
    close: () => store.close(),
    async *readStream(...args) {
      for await (const events of store.readStream(...args)) yield lift(events);
    },
    readAll: (options) => pages(store.readAll(options)),
    readAt: async (positions) => lift(await store.readAt(positions)),
    subscribe: (options) => pages(store.subscribe(options)),
  };

  async function* pages(source: AsyncIterable<EventPage>): AsyncIterable<EventPage> {
    for await (const page of source) yield { ...page, events: lift(page.events) };
  }
}

/** The event with other data: a copy with every field of the interface, since adapters may give objects that compute some of them when asked. */
export function withData(event: RecordedEvent, data: object): RecordedEvent {
  const { id, type, schemaVersion, occurredAt, metadata, stream, revision, position, recordedAt } = event;
  return { id, type, schemaVersion, occurredAt, data, metadata, stream, revision, position, recordedAt };
}
