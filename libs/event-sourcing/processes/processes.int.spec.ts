import { afterEach, describe, expect, it } from '@jest/globals';
import { dispatch, Engine, process, remember, setDeadline, StoreUnavailable } from '#event-sourcing';
import { Close, Closed, command, Count, Counted, counterContext, FaultyEventStore, Reopen, Reopened } from '#event-sourcing/testing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { count, counter, mirror, World } from './processes.fixture.js';

const begun = () => new World(new MemoryEventStore(), new MemoryDocumentStore());
let world = begun();
afterEach(async () => {
  await Promise.all(world.engines.map((engine) => engine.stop()));
  world = begun();
});

describe('a process that is paused', () => {
  const others = process<null>('others', null).startsOn(Counted, counter, (_, { data: { counterId } }) => (counterId === 'a' ? dispatch(Count, { counterId: 'mirror-b', by: 1 }) : []));
  const told = async (stream: string) => (await world.told()).filter((each) => each.startsWith(`${stream} `)).map((each) => each.split(' ')[1]);

  it('looks at nothing, reaches nothing and sends nothing, over a restart too, while others go on', async () => {
    const first = await world.start([mirror, others]);
    await count(first);
    await first.processes.settled();
    await first.processes.pause('mirror', { actor: 'user:mei' });
    await first.processes.pause('mirror');
    await count(first);
    await world.passes(first, 2);
    expect(await told('counter-mirror-a')).toEqual(['Counted']);
    expect(await told('counter-a')).toEqual(['Counted', 'Counted']);
    expect(await told('counter-mirror-b')).toEqual(['Counted', 'Counted']);
    expect(await told('process-mirror')).toEqual(['ProcessDeployed', 'ProcessPaused']);
    expect(await first.processes.status()).toMatchObject([{ process: 'mirror', pausedSince: '2026-01-05T12:00:00.000Z', deadlines: 1 }, { process: 'others' }]);
    await first.stop();
    world.documents = new MemoryDocumentStore();
    const second = await world.start([mirror, others]);
    await second.processes.settled();
    expect(await told('counter-mirror-a')).toEqual(['Counted']);
  });

  it('takes up in order what came meanwhile when it is resumed, and reaches what is due', async () => {
    const engine = await world.start([mirror, others]);
    await engine.processes.pause('mirror');
    await count(engine, 'a', 2);
    await count(engine, 'a', 3);
    await world.passes(engine, 3);
    await engine.processes.resume('mirror');
    await engine.processes.settled();
    expect((await world.log()).filter(({ stream }) => stream === 'counter-mirror-a').map(({ data }) => (data as { by: number }).by)).toEqual([2, 3]);
    expect(await told('counter-a')).toEqual(['Counted', 'Counted', 'Closed']);
    expect((await engine.processes.status())[0]).not.toHaveProperty('pausedSince');
    await count(engine, 'c', 7);
    await engine.processes.settled();
    expect(await told('counter-mirror-c')).toEqual(['Counted']);
  });

  it('has to be one, and to have run', async () => {
    const engine = new Engine({ contexts: [{ ...counterContext(), processes: [mirror] }], events: world.events, documents: world.documents });
    world.engines.push(engine);
    await engine.start();
    await expect(engine.processes.pause('nothing')).rejects.toMatchObject({ code: 'process-not-found' });
    await expect(engine.processes.pause('mirror')).rejects.toMatchObject({ code: 'process-not-deployed' });
  });
});

describe('processes', () => {
  it('react to events with commands, and every event names what caused it', async () => {
    const engine = await world.start([mirror]);
    await count(engine, 'a', 2, { correlationId: 'talk' });
    await engine.processes.settled();
    const [deployed, first, reacted, dispatched, set, second] = await world.log();
    expect((await world.told()).slice(0, 6)).toEqual(['process-mirror ProcessDeployed', 'counter-a Counted', 'mirror-a ProcessReacted', 'mirror-a CommandDispatched', 'mirror-a DeadlineSet', 'counter-mirror-a Counted']);
    expect(deployed!.data).toEqual({ process: 'mirror', after: 0 });
    expect(reacted!.metadata).toMatchObject({ causationId: first!.id, correlationId: 'talk', actor: 'process:mirror', source: 'process:mirror' });
    expect(reacted!.data).toMatchObject({ cause: { kind: 'event', id: first!.id }, state: { seen: 1 }, status: 'running' });
    expect(second!.metadata).toMatchObject({ causationId: dispatched!.id, correlationId: 'talk', commandId: (dispatched!.data as { commandId: string }).commandId });
    expect(set!.data).toMatchObject({ deadline: 'silence' });
    expect(engine.aggregate('mirror')).toBeDefined();
  });

  it('reach deadlines when their time has come, also after a restart, and once', async () => {
    const first = await world.start([mirror]);
    await count(first);
    await world.passes(first, 0.9);
    expect(await world.told()).not.toContain('counter-a Closed');
    await first.stop();
    const second = await world.start([mirror]);
    expect(await second.processes.deadlines()).toMatchObject([{ process: 'mirror', instanceId: 'a', deadline: 'silence', at: '2026-01-06T12:00:00.000Z' }]);
    await world.passes(second, 0.1);
    await world.passes(second, 5);
    expect((await world.told()).filter((each) => /Closed|DeadlineReached/.test(each))).toEqual(['mirror-a DeadlineReached', 'counter-a Closed']);
    expect(await second.processes.status()).toMatchObject([{ process: 'mirror', running: 1, attention: 0, deadlines: 0 }]);
  });

  it('reach the deadlines of an instance in their order, also where a store fails meanwhile', async () => {
    const staged = process<string[]>('staged', [])
      .startsOn(Counted, counter, () => ['third', 'first', 'second'].map((stage) => setDeadline(`stage/${stage}`, stage === 'third' ? '2026-01-07' : '2026-01-06')))
      .onDeadline('stage', (reached, { key }) => remember([...reached, key!]));
    const events = new FaultyEventStore(world.events);
    const engine = await world.start([staged], { events });
    await count(engine);
    await engine.processes.settled();
    let failures = 0;
    events.onAppend = async (append, ...call) => {
      if (call[0] === 'staged-a' && failures++ === 0) throw new StoreUnavailable('Not now.');
      return append(...call);
    };
    await world.passes(engine, 10);
    expect(failures).toBeGreaterThan(0);
    expect((await engine.aggregates.state(engine.aggregate('staged')!, 'a')).state).toMatchObject({ state: ['first', 'second', 'third'] });
  });

  it('do nothing again where all that is derived from the log is lost', async () => {
    const first = await world.start([mirror]);
    for (const by of [1, 2, 3]) await count(first, 'a', by);
    await world.passes(first, 2);
    await first.stop();
    const before = await world.told();
    world.documents = new MemoryDocumentStore();
    const second = await world.start([mirror]);
    await world.passes(second, 30);
    expect(await world.told()).toEqual(before);
    expect((await second.aggregates.state(second.aggregate('counter')!, 'mirror-a')).state).toMatchObject({ total: 6 });
  });

  it('do everything once where two programs have the same instances', async () => {
    const shared = { projector: { shared: { beatMs: 20, ttlMs: 200 }, partitions: 2 } };
    const [one, other] = [await world.start([mirror], shared), await world.start([mirror], shared)];
    await Promise.all(Array.from({ length: 40 }, (_, index) => count(index % 2 ? one : other, `c${index % 8}`, 1)));
    const mirrored = async () => (await world.told()).filter((each) => each.startsWith('counter-mirror')).length;
    while ((await mirrored()) < 40) await new Promise((resolve) => setImmediate(resolve));
    expect(await mirrored()).toBe(40);
    expect((await world.told()).filter((each) => each.endsWith('ProcessReacted'))).toHaveLength(40);
  });

  it('leave history alone, and what an import tells of, unless they ask for it', async () => {
    const before = await world.start([]);
    await count(before, 'old');
    await before.stop();
    const late = process('late', {}).startsOn(Counted, counter, () => remember({}));
    const eager = process('eager', {}, { from: 'beginning', imported: true }).startsOn(Counted, counter, () => remember({}));
    const engine = await world.start([late, eager]);
    await count(engine, 'new');
    await count(engine, 'imported', 1, { source: 'import:1' });
    await engine.processes.settled();
    const reacted = (await world.told()).filter((each) => each.endsWith('Reacted'));
    expect(reacted.sort()).toEqual(['eager-imported ProcessReacted', 'eager-new ProcessReacted', 'eager-old ProcessReacted', 'late-new ProcessReacted']);
  });
});

describe('a command of a process that is refused', () => {
  const eager = process<null>('eager', null).startsOn(Closed, counter, (_, { data }) => dispatch(Count, { counterId: data.counterId, by: 1 }));

  it('waits for somebody to look at it, and is sent again when asked for', async () => {
    const engine = await world.start([eager]);
    await count(engine);
    await engine.commands.execute(command(Close, { counterId: 'a' }));
    await engine.processes.settled();
    const [row] = await engine.processes.instances({ attention: true });
    expect(row).toMatchObject({ process: 'eager', instanceId: 'a', rejected: [{ command: 'Count', code: 'counter-closed' }] });
    const { commandId } = row!.rejected[0]!;
    expect(await engine.processes.retry('eager', 'a', commandId)).toBe(true);
    expect(await engine.processes.instances({ attention: true })).toHaveLength(1);
    await engine.commands.execute(command(Reopen, { counterId: 'a' }));
    expect(await engine.processes.retry('eager', 'a', commandId, { actor: 'li' })).toBe(true);
    expect(await engine.processes.instances({ attention: true })).toEqual([]);
    expect((await engine.aggregates.state(engine.aggregate('counter')!, 'a')).state).toMatchObject({ total: 3 });
    await expect(engine.processes.retry('eager', 'a', commandId)).rejects.toThrow('no refused command');
    await expect(engine.processes.retry('nothing', 'a')).rejects.toThrow('There is no process nothing');
  });

  it('is told to the process where that reacts to it, and not without end', async () => {
    const stubborn = process<{ refused: number }>('stubborn', { refused: 0 })
      .startsOn(Closed, counter, (_, { data }) => dispatch(Count, { counterId: data.counterId, by: 1 }))
      .onRejected(Count, ({ refused }, { fields }) => [remember({ refused: refused + 1 }), dispatch(Count, fields)]);
    const engine = await world.start([stubborn]);
    await count(engine);
    await engine.commands.execute(command(Close, { counterId: 'a' }));
    await engine.processes.settled();
    expect(await engine.processes.instances({ attention: true })).toMatchObject([{ rejected: [{ code: 'counter-closed' }] }]);
    expect((await world.told()).filter((each) => each.endsWith('CommandRejected'))).toHaveLength(11);
  });

  it('that changed nothing is not sent later, when it would', async () => {
    const closing = process<null>('closing', null).startsOn(Counted, counter, (_, { data }) => dispatch(Count, { counterId: data.counterId, by: 0 }));
    const engine = await world.start([closing]);
    await count(engine);
    await engine.processes.settled();
    expect((await world.told()).at(-1)).toBe('closing-a CommandHandled');
    await engine.stop();
    world.documents = new MemoryDocumentStore();
    const before = await world.told();
    const again = await world.start([closing]);
    await again.commands.execute(command(Close, { counterId: 'a' }));
    await again.processes.settled();
    expect((await world.told()).slice(before.length)).toEqual(['counter-a Closed']);
  });
});

describe('a process that cannot react', () => {
  it('waits with all that comes, and then goes on in order; others are not kept waiting', async () => {
    let broken = true;
    const picky = process<number[]>('picky', [])
      .startsOn(Counted, counter, (seen, { data: { by, counterId } }) => {
        if (broken && counterId === 'a' && by === 2) throw new Error('two is too much');
        return [remember([...seen, by]), ...(by === 1 ? [setDeadline('done', '2026-01-06')] : [])];
      })
      .onDeadline('done', (seen) => remember([...seen, 0]));
    const engine = await world.start([picky]);
    for (const by of [1, 2, 3]) await Promise.all([count(engine, 'a', by), count(engine, 'b', by)]);
    await world.passes(engine, 1);
    const state = async (id: string) => ((await engine.aggregates.state(engine.aggregate('picky')!, id)).state as { state: number[] }).state;
    expect(await state('a')).toEqual([1]);
    expect(await state('b')).toEqual([1, 2, 3, 0]);
    expect(await engine.processes.instances({ attention: true })).toMatchObject([{ instanceId: 'a', stuck: { error: expect.stringContaining('two is too much') } }]);
    await engine.processes.retry('picky', 'a');
    expect(await state('a')).toEqual([1]);
    broken = false;
    await engine.processes.retry('picky', 'a');
    await engine.processes.settled();
    expect(await state('a')).toEqual([1, 2, 3, 0]);
    expect(await engine.processes.instances({ attention: true })).toEqual([]);
    await expect(engine.processes.retry('picky', 'a')).rejects.toThrow('is not stuck');
  });

  it('stops where it cannot be told which instance it is about; others go on', async () => {
    const lost = process('lost', {}).startsOn(Counted, () => { throw new Error('no idea'); }, () => []);
    const engine = await world.start([lost, mirror]);
    await count(engine);
    await engine.processes.settled();
    expect(await engine.processes.status()).toMatchObject([{ process: 'lost', failure: expect.stringContaining('no idea') }, { process: 'mirror', running: 1 }]);
  });
});

it('a process has a name of its own', () => {
  const taken = (name: string) => () => new Engine({ contexts: [{ ...counterContext(), processes: [process(name, {})] }], events: world.events, documents: world.documents });
  expect(taken('counter')).toThrow('cannot be called counter');
  expect(taken('process')).toThrow('cannot be called process');
});

it('an event may be about several instances', async () => {
  const wide = process<string>('wide', '').startsOn(Reopened, ({ data }) => [data.counterId, 'all'], (_, { data }) => remember(data.counterId));
  const engine = await world.start([wide]);
  await count(engine);
  await engine.commands.execute(command(Close, { counterId: 'a' }));
  await engine.commands.execute(command(Reopen, { counterId: 'a' }));
  await engine.processes.settled();
  expect((await world.told()).slice(-2).sort()).toEqual(['wide-a ProcessReacted', 'wide-all ProcessReacted']);
});
