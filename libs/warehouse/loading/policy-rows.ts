import { type AnyView, type Document, type EventStore, type Position, type RecordedEvent, type ViewReader } from '#event-sourcing';
import { evaluateFind } from '#event-sourcing/query';

/** The rows of the view of policies, in memory: there are few. */
export class PolicyRows {
  private readonly rows = new Map<string, object>();
  private readonly types: string[];

  constructor(private readonly view: AnyView) {
    this.types = view.eventTypes().map(({ name }) => name);
  }

  /** Whether it is one of its events. */
  has({ type }: RecordedEvent): boolean {
    return this.types.includes(type);
  }

  /** Those that stand in the log up to a position. */
  async recall(events: EventStore, until: Position): Promise<void> {
    for await (const page of events.readAll({ until, filter: { types: this.types } })) for (const event of page.events) this.take(event);
  }

  take(event: RecordedEvent): void {
    for (const key of this.view.keysOf(event)) {
      const row = this.view.fold(this.rows.get(key), event, key);
      if (row) this.rows.set(key, row);
      else this.rows.delete(key);
    }
  }

  get reader(): ViewReader {
    const documents = (view: AnyView) => {
      if (view.name !== this.view.name) throw new Error(`The warehouse keeps rows of ${this.view.name} alone, not of ${view.name}.`);
      return [...this.rows].map(([_id, row]): Document => ({ ...row, _id }));
    };
    return {
      get: async (view, key) => documents(view).find(({ _id }) => _id === key) as never,
      find: async (view, options = {}) => evaluateFind(documents(view), options) as never,
      aggregate: () => Promise.reject(new Error('Rows of policies are not aggregated here.')),
    };
  }
}
