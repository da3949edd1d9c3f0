import { type AnyView, type Document, type EventStore, type Position, type RecordedEvent, type ViewReader } from '#event-sourcing';
import { evaluateFind } from '#event-sourcing/query';
import type { Government } from '../model/table.js';
import type { Era } from './timeline.js';

/** After every time of ISO 8601. */
const NEVER = '~';

/** The versions of a policy, in memory: there are few. */
export class PolicyRows {
  private readonly events: RecordedEvent[] = [];

  constructor(private readonly government: Government) {}

  /** Whether it publishes a version. */
  has({ type }: RecordedEvent): boolean {
    return type === this.government.published;
  }

  /** Whether a version stands in one of these streams. */
  isIn(streams: readonly string[]): boolean {
    return this.events.some(({ stream }) => streams.includes(stream));
  }

  /** Those that stand in the log up to a position. */
  async recall(events: EventStore, until: Position): Promise<void> {
    for await (const page of events.readAll({ until, filter: { types: [this.government.published] } })) for (const event of page.events) this.take(event);
  }

  take(event: RecordedEvent): void {
    this.events.push(event);
  }

  /**
   * What governs at which time: as of a moment, versions that were published later are not known yet.
   * @param counting whether an event counts.
   */
  async eras(counting: (event: RecordedEvent) => boolean): Promise<Era[]> {
    const events = this.events.filter(counting);
    const retroactive = events.filter((event) => this.government.isRetroactive(event)).map(({ occurredAt }) => occurredAt);
    // The first version covers the time before it, too.
    const first = events.map(({ occurredAt }) => occurredAt).sort().slice(0, 1);
    const moments = ['', ...new Set([...first, ...retroactive].sort())];
    return Promise.all(moments.map(async (from, index): Promise<Era> => {
      const known = events.filter(({ occurredAt }) => occurredAt < (moments[index + 1] ?? NEVER));
      return { from, parameters: await this.government.parameters(readerOf(this.government.policies, known)) };
    }));
  }
}

/** Reads the rows of the view that these events come to. */
function readerOf(policies: AnyView, events: readonly RecordedEvent[]): ViewReader {
  const rows = new Map<string, object | undefined>();
  for (const event of events) for (const key of policies.keysOf(event)) rows.set(key, policies.fold(rows.get(key), event, key));
  const documents = (view: AnyView) => {
    if (view.name !== policies.name) throw new Error(`The warehouse keeps rows of ${policies.name} alone, not of ${view.name}.`);
    return [...rows].flatMap(([_id, row]): Document[] => (row ? [{ ...row, _id }] : []));
  };
  return {
    get: async (view, key) => documents(view).find(({ _id }) => _id === key) as never,
    find: async (view, options = {}) => evaluateFind(documents(view), options) as never,
    aggregate: () => Promise.reject(new Error('Rows of policies are not aggregated here.')),
  };
}
