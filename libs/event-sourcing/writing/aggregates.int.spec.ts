import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Engine } from '../engine.js';
import { event } from '../modelling/domain-event.js';
import { aggregate } from '../modelling/aggregate.js';
import { decide } from '../modelling/command.js';
import { StoreUnavailable, type EventToAppend } from '../ports/event-store.js';
import { Close, Closed, command, Count, Counted, Counter, counterContext, Reopen } from '../testing/counter.js';
import { FaultyEventStore } from '../testing/faulty-event-store.js';
import { RecordingLog } from '../testing/recording-log.js';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import type { CommandResult } from './aggregates.js';
import { contextOf, withContext } from './command-context.js';
import { CommandIdReused, ConcurrencyConflict, InvalidCommand, UnknownCommand } from './errors.js';
import { SNAPSHOTS } from './snapshots.js';

let events: FaultyEventStore;
let documents: MemoryDocumentStore;
let log: RecordingLog;
let node: Engine;

/** Another process on the same stores. */
const anotherNode = (options = {}) => new Engine({ contexts: [counterContext([])], events, documents, log, ...options });

const counting = (by: number, commandId?: string, counterId = '1') =>
  withContext(command(Count, { counterId, by }), commandId === undefined ? {} : { commandId });

async function history(stream = 'counter-1'): Promise<number[]> {
  const counted: number[] = [];
  for await (const page of events.readStream(stream)) counted.push(...page.map(({ data }) => (data as Counted).by));
  return counted;
}

const foreign = (id: string): EventToAppend => ({
  id,
  type: 'Counted',
  schemaVersion: 1,
  occurredAt: '2026-01-05T12:00:00.000Z',
  data: { counterId: '1', by: 100 },
  metadata: { commandId: id, correlationId: id, actor: 'other', source: 'test' },
});

beforeEach(async () => {
  events = new FaultyEventStore(new MemoryEventStore());
  documents = new MemoryDocumentStore();
  log = new RecordingLog();
  node = anotherNode();
  await node.start(false);
});

describe('a command', () => {
  it('is validated, decided and appended, and answers with revision and position', async () => {
    const first = await node.commands.execute(counting(2));
    const second = await node.commands.execute(counting(3));
    expect(second).toMatchObject({ stream: 'counter-1', revision: 1, events: 1, repeated: false });
    expect(second.position).toBeGreaterThan(first.position);
    expect((await node.aggregates.state(Counter, '1')).state).toEqual({ total: 5, closed: false });
  });

  it('leaves events that say who, why and when', async () => {
    const asked = withContext(command(Count, { counterId: '1', by: 1, occurredAt: '2020-02-02' }), { actor: 'ada', source: 'http', correlationId: 'talk' });
    const { commandId } = await node.commands.execute(asked);
    for await (const [recordedEvent] of events.readStream('counter-1')) {
      expect(recordedEvent).toMatchObject({
        occurredAt: '2020-02-02T00:00:00.000Z',
        metadata: { commandId, command: 'Count', correlationId: 'talk', causationId: commandId, actor: 'ada', source: 'http' },
      });
    }
  });

  it('that changes nothing appends nothing and tells where the aggregate stands', async () => {
    const before = await node.commands.execute(counting(1));
    expect(await node.commands.execute(counting(0))).toMatchObject({ revision: 0, position: before.position, events: 0 });
  });

  it('is refused with the fields to change where it is malformed', async () => {
    const malformed = Object.assign(counting(1.5), { admin: true });
    const refusal = await node.commands.execute(malformed).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(InvalidCommand);
    expect((refusal as InvalidCommand).fields.map(({ field }) => field).sort()).toEqual(['admin', 'by']);
    expect(await history()).toEqual([]);
  });

  it('cannot have happened in the future', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    await expect(node.commands.execute(command(Count, { counterId: '1', by: 1, occurredAt: tomorrow }))).rejects.toMatchObject({ code: 'time-in-the-future' });
  });

  it('without a decision is named', async () => {
    class Unheard {}
    await expect(node.commands.execute(new Unheard())).rejects.toThrow(UnknownCommand);
  });

  it('is told what a decision returns, where it made something else', async () => {
    for (const [made, shown] of [[Promise.resolve([]), 'Promise'], [undefined, 'undefined'], [[{ by: 1 }], 'Object']] as const) {
      const wrong = decide(Counter, Count, () => made as never);
      const engine = new Engine({ contexts: [{ ...counterContext([]), decisions: [wrong] as never }], events, documents });
      await expect(engine.commands.execute(counting(1))).rejects.toThrow(new RegExp(`The decision of Count made ${shown}, which is no event\\. Return event\\(Class, data\\)`));
    }
    expect(await history()).toEqual([]);
  });

  it('never appends an event that its aggregate cannot fold', async () => {
    const Narrow = aggregate('counter', { total: 0, closed: false }).on(Closed, (state) => state);
    const narrow = decide(Narrow, Count, ({ counterId, by }) => event(Counted, { counterId, by }));
    const context = { ...counterContext([]), decisions: [narrow] as never };
    const engine = new Engine({ contexts: [context], events, documents });
    await expect(engine.commands.execute(counting(1))).rejects.toThrow('no .on(Counted)');
    expect(await history()).toEqual([]);
  });
});

describe('a command sent more than once', () => {
  it('happens once and gets the first answer each time', async () => {
    const first = await node.commands.execute(counting(2, 'key'));
    await node.commands.execute(counting(5));
    const again = await node.commands.execute(counting(2, 'key'));
    expect(again).toEqual({ ...first, repeated: true });
    expect(await history()).toEqual([2, 5]);
  });

  it('happens once when it is sent at once, to one node or two', async () => {
    const other = anotherNode();
    const nodes = [node, other, node, other];
    const answers = await Promise.all(nodes.map((each) => each.commands.execute(counting(2, 'key'))));
    expect(new Set(answers.map(({ revision, position, commandId }) => `${revision} ${position} ${commandId}`)).size).toBe(1);
    expect(answers.slice(2).every(({ repeated }) => repeated)).toBe(true);
    expect(await history()).toEqual([2]);
  });

  it('happens once for as long as the stream lives, through snapshots and restarts', async () => {
    const first = await node.commands.execute(counting(2, 'key'));
    for (let index = 0; index < 50; index++) await node.commands.execute(counting(1));
    await node.stop();
    const later = anotherNode();
    expect(await later.commands.execute(counting(2, 'key'))).toEqual({ ...first, repeated: true });
  });

  it('is refused when its key belongs to another command', async () => {
    await node.commands.execute(counting(2, 'key'));
    const other = withContext(command(Close, { counterId: '1' }), { commandId: 'key' });
    await expect(node.commands.execute(other)).rejects.toThrow(CommandIdReused);
  });

  it('is settled by its id when nobody knows whether the append happened', async () => {
    events.onAppend = async (append, ...call) => {
      await append(...call);
      throw new StoreUnavailable('The connection broke before the answer.');
    };
    await expect(node.commands.execute(counting(2, 'key'))).rejects.toThrow(StoreUnavailable);
    events.onAppend = undefined;
    expect(await node.commands.execute(counting(2, 'key'))).toMatchObject({ revision: 0, events: 1, repeated: true });
    expect(await history()).toEqual([2]);
  });
});

describe.each([true, false])('of many commands that are nearly all about something new, on a store that tells repetitions: %s', (tellsRepetitions) => {
  const newOnes = () => {
    Object.defineProperty(events, 'tellsRepetitions', { value: tellsRepetitions });
    return anotherNode();
  };
  const send = (to: Engine, given: object) => to.aggregates.handle(to.commands.decisionOf(given), given, contextOf(given), { mostAreNew: true });
  const sendFirst = (to: Engine, given: object) => to.aggregates.handleFirst(to.commands.decisionOf(given), given, contextOf(given), { mostAreNew: true });

  it('one about something new is appended', async () => {
    const to = newOnes();
    expect(await send(to, counting(2, 'key'))).toMatchObject({ revision: 0, events: 1, repeated: false });
    expect(await history()).toEqual([2]);
  });

  it('one about something that exists is decided on what it is', async () => {
    await node.commands.execute(counting(2));
    const to = newOnes();
    expect(await send(to, counting(3))).toMatchObject({ revision: 1, events: 1, repeated: false });
    await send(to, command(Close, { counterId: '1' }));
    expect(await send(to, command(Close, { counterId: '1' }))).toMatchObject({ revision: 2, events: 0 });
    await expect(send(to, counting(1))).rejects.toMatchObject({ code: 'counter-closed' });
    expect(await history()).toHaveLength(3);
  });

  it('one that was sent before gets its first answer, be it the first of its stream or a later one', async () => {
    const to = newOnes();
    const firsts = [await send(to, counting(2, 'key')), await send(to, counting(3, 'other'))];
    const later = anotherNode();
    expect([await send(later, counting(2, 'key')), await send(later, counting(3, 'other'))]).toEqual(firsts.map((first) => ({ ...first, repeated: true })));
    const atOnce = await Promise.all([to, later, to, later].map((each) => send(each, counting(4, 'at once'))));
    expect(new Set(atOnce.map(({ revision }) => revision))).toEqual(new Set([2]));
    expect(await history()).toEqual([2, 3, 4]);
  });

  it('one that is sent only where there is nothing yet is sent once', async () => {
    const to = newOnes();
    expect(await sendFirst(to, counting(2, 'key'))).toMatchObject({ revision: 0, events: 1 });
    expect(await sendFirst(to, counting(2, 'key'))).toBeUndefined();
    expect(await sendFirst(anotherNode(), counting(3, 'other'))).toBeUndefined();
    expect(await history()).toEqual([2]);
  });
});

describe('a command that another node decided at the same time and at another moment', () => {
  it('leaves no node with a state that is not the stored one', async () => {
    const other = anotherNode();
    events.onAppend = async (append, stream, expected, [mine]) => {
      events.onAppend = undefined;
      await append(stream, expected, [{ ...mine!, data: { counterId: '1', by: 40 } }]);
      return append(stream, expected, [mine!]);
    };
    await node.commands.execute(counting(2, 'key'));
    expect((await node.aggregates.state(Counter, '1')).state.total).toBe(40);
    await other.commands.execute(counting(1));
    expect((await node.aggregates.state(Counter, '1')).state.total).toBe(41);
  });
});

describe('when others change the aggregate at the same time', () => {
  it('the command is decided again on the new state', async () => {
    let interferences = 2;
    events.onAppend = async (append, stream, expected, made) => {
      if (interferences-- > 0) await append(stream, 'any', [foreign(crypto.randomUUID())]);
      return append(stream, expected, made);
    };
    expect(await node.commands.execute(counting(2))).toMatchObject({ revision: 2 });
    expect((await node.aggregates.state(Counter, '1')).state.total).toBe(202);
  });

  it('it is given up after a bounded number of times, with both revisions, and nothing appended', async () => {
    events.onAppend = async (append, stream, expected, made) => {
      await append(stream, 'any', [foreign(crypto.randomUUID())]);
      return append(stream, expected, made);
    };
    const failure = (await node.commands.execute(counting(2)).catch((error: unknown) => error)) as ConcurrencyConflict;
    expect(failure).toBeInstanceOf(ConcurrencyConflict);
    expect(failure).toMatchObject({ stream: 'counter-1', attempts: 5, expected: 3, actual: 4 });
    expect(await history()).toEqual([100, 100, 100, 100, 100]);
  });

  it('a rejection is never answered from a state that is out of date', async () => {
    const other = anotherNode();
    await node.commands.execute(counting(1));
    await node.commands.execute(command(Close, { counterId: '1' }));
    await other.commands.execute(command(Reopen, { counterId: '1' }));
    expect(await node.commands.execute(counting(7))).toMatchObject({ revision: 3, events: 1 });
  });

  it('"nothing changes" is never answered from a state that is out of date', async () => {
    const other = anotherNode();
    await node.commands.execute(command(Close, { counterId: '1' }));
    await other.commands.execute(command(Reopen, { counterId: '1' }));
    expect(await node.commands.execute(command(Close, { counterId: '1' }))).toMatchObject({ revision: 2, events: 1 });
  });

  it('every acknowledged command counts once, whichever nodes and caches it went through', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(2), counter: fc.nat(3), key: fc.nat(12) }), { maxLength: 40 }),
        async (sent) => {
          events = new FaultyEventStore(new MemoryEventStore());
          const nodes = [anotherNode({ aggregates: { cacheSize: 2 } }), anotherNode(), anotherNode()];
          await Promise.all(sent.map(({ at, counter, key }) => nodes[at]!.commands.execute(counting(key + 1, `key ${key}`, `c${counter}`))));
          const expected = new Map<string, number>();
          for (const command of new Set(sent.map(({ counter, key }) => `c${counter} ${key}`))) {
            const [counter, key] = command.split(' ') as [string, string];
            expected.set(counter, (expected.get(counter) ?? 0) + Number(key) + 1);
          }
          for (const [counter, total] of expected) {
            expect((await nodes[0]!.aggregates.state(Counter, counter)).state.total).toBe(total);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a snapshot', () => {
  const loadAfresh = async (): Promise<{ total: number; read: number }> => {
    events.eventsRead = 0;
    const { state } = await anotherNode().aggregates.state(Counter, '1');
    return { total: state.total, read: events.eventsRead };
  };

  const counted = async (times: number) => {
    let last: CommandResult | undefined;
    for (let index = 0; index < times; index++) last = await node.commands.execute(counting(1));
    await node.stop();
    return last!;
  };

  const stored = async () => (await documents.load(SNAPSHOTS, ['counter-1'])).get('counter-1')!;

  const tamper = async (change: object) => {
    const { document, position } = await stored();
    await documents.compareAndSet(SNAPSHOTS, { key: 'counter-1', document: { ...document, ...change }, position }, position);
  };

  it('spares the events before it', async () => {
    await counted(95);
    const { total, read } = await loadAfresh();
    expect(total).toBe(95);
    expect(read).toBeLessThan(30);
  });

  it.each([
    ['of another schema version', { version: 99 }],
    ['without a state', { state: null, revision: 'x' }],
    ['with a broken ledger', { ledger: 'abc' }],
    ['ahead of its stream', { revision: 4_000 }],
    ['of another history', { eventId: '00000000-0000-4000-8000-000000000000' }],
  ])('%s is ignored, logged and replaced, never fatal', async (_, change) => {
    await counted(95);
    await tamper(change);
    const reader = anotherNode();
    expect((await reader.aggregates.state(Counter, '1')).state.total).toBe(95);
    expect(log.having('snapshot ignored')).toHaveLength(1);
    await reader.stop();
    expect(await loadAfresh()).toMatchObject({ total: 95 });
    expect(log.having('snapshot ignored')).toHaveLength(1);
  });

  it('that cannot be written does not trouble the command', async () => {
    documents.compareAndSet = () => Promise.reject(new Error('The disk is full.'));
    expect(await counted(20)).toMatchObject({ revision: 19 });
    expect(log.having('snapshot not written').length).toBeGreaterThan(0);
  });
});
