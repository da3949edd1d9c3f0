import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { type CommandDispatched, dispatch, end, Engine, process, remember, SetClock, setDeadline, StoreUnavailable, withContext, type EventStore } from '#event-sourcing';
import { Close, Closed, command, Count, Counted, counterContext, FaultyEventStore, Reopen, Reopened } from '#event-sourcing/testing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';

const counter = ({ data: { counterId } }: { data: { counterId: string } }) => (counterId.startsWith('m') ? undefined : counterId);
const HOUR_MS = 3_600_000;
const LIFE_GOES_ON_HOURS = 6;
const hoursAfter = (moment: string, hours: number) => new Date(Date.parse(moment) + hours * HOUR_MS).toISOString();

/** Mirrors what is counted, may be refused doing so, moves and cancels deadlines, ends and begins anew. */
const mirror = process<{ sum: number }>('mirror', { sum: 0 })
  .startsOn(Counted, counter, ({ sum }, { data, occurredAt }) => (data.by === 3 ? [] : [
    remember({ sum: sum + data.by }), dispatch(Count, { counterId: `m-${data.counterId}`, by: data.by }), setDeadline('silence', hoursAfter(occurredAt, 2)),
  ]))
  .on(Closed, counter, (_, { data }) => [dispatch(Close, { counterId: `m-${data.counterId}` }), end()])
  .on(Reopened, counter, ({ sum }, { data }) => dispatch(Count, { counterId: `m-${data.counterId}`, by: sum % 7 }))
  .onDeadline('silence', ({ sum }, { at }, { id }) => [dispatch(Count, { counterId: `m-${id}`, by: -1 }), setDeadline(`late/${sum}`, hoursAfter(at, 2.5))])
  .onDeadline('late', (_, { key }, { id }) => dispatch(Count, { counterId: `m-late-${id}`, by: Number(key) % 5 }))
  .onRejected(Count, ({ sum }, { fields }) => (fields.by === 0 ? [] : [remember({ sum: sum + 100 }), dispatch(Reopen, { counterId: fields.counterId })]));

type Step = { kind: 'command'; type: 'count' | 'close' | 'reopen'; id: string; by: number } | { kind: 'hours'; hours: number };

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('command' as const), type: fc.constantFrom('count', 'count', 'close', 'reopen'), id: fc.constantFrom('a', 'b', 'c'), by: fc.integer({ min: 1, max: 6 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('hours' as const), hours: fc.integer({ min: 1, max: 5 }) }) },
  ),
  { minLength: 5, maxLength: 30 },
) as fc.Arbitrary<Step[]>;

/** What goes wrong, and when. */
interface Trouble {
  pageSize: number;
  /** Before these steps the program ends in order or not, and everything derived is lost or not. */
  ends: ReadonlyMap<number, 'restart' | 'lost'>;
  /** Every so many appends fail, done or not. */
  failing: number;
}

const NO_TROUBLE: Trouble = { pageSize: 1_000, ends: new Map(), failing: 0 };

async function lived(life: readonly Step[], { pageSize, ends, failing }: Trouble) {
  const events = new MemoryEventStore();
  const faulty = new FaultyEventStore(events);
  const clock = new SetClock('2026-01-05T00:00:00Z');
  let documents = new MemoryDocumentStore();
  let appends = 0;
  // A command of a person is not sent again by anybody here: only what processes append goes wrong.
  faulty.onAppend = async (append, stream, expected, made) => {
    if (failing === 0 || !made[0]!.metadata.source.startsWith('process:') || ++appends % failing > 0) return append(stream, expected, made);
    if (appends % (2 * failing) === 0) await append(stream, expected, made);
    throw new StoreUnavailable('The answer was lost.');
  };
  const start = async () => {
    const engine = new Engine({ contexts: [{ ...counterContext(), processes: [mirror] }], events: faulty, documents, clock, projector: { pageSize } });
    await engine.start();
    await engine.processes.start();
    return engine;
  };
  let engine = await start();
  // One after the other: which of two things comes first is nobody's promise. What is due at full hours is not due with what is due at half past.
  const timePasses = async (hours: number) => {
    for (let halves = 2 * hours; halves > 0; halves--) {
      clock.set(hoursAfter(clock.now().toISOString(), 0.5));
      await engine.processes.settled();
    }
  };
  for (const [index, step] of life.entries()) {
    const ending = ends.get(index);
    if (ending !== undefined) {
      await engine.stop();
      if (ending === 'lost') documents = new MemoryDocumentStore();
      engine = await start();
    }
    if (step.kind === 'hours') await timePasses(step.hours);
    else await engine.commands.execute(withContext(commandOf(step), { commandId: `step/${index}` })).catch(() => undefined);
    await engine.processes.settled();
  }
  await timePasses(LIFE_GOES_ON_HOURS);
  await engine.stop();
  return whatHappened(events);
}

function commandOf({ type, id: counterId, by }: Step & { kind: 'command' }): object {
  if (type === 'count') return command(Count, { counterId, by });
  return type === 'close' ? command(Close, { counterId }) : command(Reopen, { counterId });
}

/** What was sent, under which ids, and what came of it; in each stream in its order. */
async function whatHappened(events: EventStore) {
  const streams = new Map<string, unknown[]>();
  const sent = new Map<string, number>();
  for await (const page of events.readAll()) {
    for (const { stream, type, data, metadata: { commandId } } of page.events) {
      if (type === 'CommandDispatched') sent.set((data as CommandDispatched).commandId, (sent.get((data as CommandDispatched).commandId) ?? 0) + 1);
      const { considered: _, cause: __, ...told } = data as Record<string, unknown>;
      streams.set(stream, [...(streams.get(stream) ?? []), [type, told, stream.startsWith('counter-m') ? commandId : '']]);
    }
  }
  return { streams: Object.fromEntries([...streams].sort(([one], [other]) => (one < other ? -1 : 1))), twice: [...sent.values()].filter((times) => times > 1) };
}

describe('whatever goes wrong', () => {
  it('processes send the same commands under the same ids, each once', async () => {
    const trouble = fc.record({
      pageSize: fc.integer({ min: 1, max: 7 }),
      ends: fc.dictionary(fc.nat({ max: 29 }).map(String), fc.constantFrom('restart' as const, 'lost' as const), { maxKeys: 4 }).map((ends) => new Map(Object.entries(ends).map(([index, end]) => [Number(index), end]))),
      failing: fc.constantFrom(0, 5, 8),
    });
    await fc.assert(fc.asyncProperty(steps, trouble, async (life, gone) => {
      const expected = await lived(life, NO_TROUBLE);
      expect(expected.twice).toEqual([]);
      expect(await lived(life, gone)).toEqual(expected);
    }), { numRuns: 40 });
  }, 60_000);
});
