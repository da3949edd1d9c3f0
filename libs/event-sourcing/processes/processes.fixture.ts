import { dispatch, Engine, process, remember, SetClock, setDeadline, withContext, type AnyProcess, type DocumentStore, type EngineOptions, type EventStore, type RecordedEvent } from '#event-sourcing';
import { Close, command, Count, Counted, counterContext } from '#event-sourcing/testing';

export const counter = ({ data }: { data: { counterId: string } }) => data.counterId;
const DAY_MS = 86_400_000;
export const daysAfter = (moment: string, days: number) => new Date(Date.parse(moment) + days * DAY_MS).toISOString();

/** Counts one on the mirror of each counter, and closes a counter on which nobody counts for a day. */
export const mirror = process<{ seen: number }>('mirror', { seen: 0 })
  .startsOn(Counted, ({ data: { counterId } }) => (counterId.startsWith('mirror-') ? undefined : counterId), ({ seen }, { data, occurredAt }) => [
    remember({ seen: seen + 1 }),
    dispatch(Count, { counterId: `mirror-${data.counterId}`, by: data.by }),
    setDeadline('silence', daysAfter(occurredAt, 1)),
  ])
  .onDeadline('silence', (_, __, { id }) => dispatch(Close, { counterId: id }));

/** Engines with processes over the same stores, at a moment that is set. */
export class World {
  readonly clock = new SetClock('2026-01-05T12:00:00Z');
  readonly engines: Engine[] = [];

  constructor(readonly events: EventStore, public documents: DocumentStore) {}

  async start(processes: readonly AnyProcess[], options: Partial<EngineOptions> = {}): Promise<Engine> {
    const engine = new Engine({ contexts: [{ ...counterContext(), processes }], events: this.events, documents: this.documents, clock: this.clock, ...options });
    this.engines.push(engine);
    await engine.start();
    await engine.processes.start();
    return engine;
  }

  async log(): Promise<RecordedEvent[]> {
    const all: RecordedEvent[] = [];
    for await (const { events } of this.events.readAll()) all.push(...events);
    return all;
  }

  async told(): Promise<string[]> {
    return (await this.log()).map(({ stream, type }) => `${stream} ${type}`);
  }

  async passes(engine: Engine, days: number): Promise<void> {
    this.clock.set(daysAfter(this.clock.now().toISOString(), days));
    await engine.processes.settled();
  }
}

export const count = (engine: Engine, counterId = 'a', by = 2, context = {}) => engine.commands.execute(withContext(command(Count, { counterId, by }), context));
