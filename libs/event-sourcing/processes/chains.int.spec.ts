import { afterEach, describe, expect, it } from '@jest/globals';
import { dispatch, process, remember, setDeadline, type Engine } from '#event-sourcing';
import { Close, command, Count, Counted, Reopen, Reopened, totals } from '#event-sourcing/testing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { count, daysAfter, mirror, World } from './processes.fixture.js';

const begun = () => new World(new MemoryEventStore(), new MemoryDocumentStore());
let world = begun();
afterEach(async () => {
  await Promise.all(world.engines.map((engine) => engine.stop()));
  world = begun();
});

const total = async (engine: Engine, id: string) => ((await engine.aggregates.state(engine.aggregate('counter')!, id)).state as { total: number }).total;

describe('processes that answer each other without end', () => {
  const answering = (name: string, from: string, to: string) => process<null>(name, null).startsOn(Counted, ({ data: { counterId } }) => (counterId === from ? counterId : undefined), () => dispatch(Count, { counterId: to, by: 1 }));
  const [ping, pong, other] = [answering('ping', 'a', 'b'), answering('pong', 'b', 'a'), answering('other', 'c', 'd')];
  it('are stopped after a while, and it is told; nothing is lost, others go on, and a retry counts anew', async () => {
    const engine = await world.start([ping, pong, other], { processes: { maxDepth: 6 } });
    await count(engine, 'a', 1);
    await count(engine, 'c', 1);
    await engine.processes.settled();
    expect([await total(engine, 'a'), await total(engine, 'b')]).toEqual([4, 3]);
    expect((await world.log()).filter(({ stream }) => stream === 'counter-a').map(({ metadata: { depth } }) => depth)).toEqual([undefined, 2, 4, 6]);
    expect(await total(engine, 'd')).toBe(1);
    const [status] = await engine.processes.status();
    expect(status).toMatchObject({ process: 'ping', attention: 1, stopped: 1 });
    const [row] = await engine.processes.instances({ process: 'ping', attention: true });
    expect(row).toMatchObject({ rejected: [{ command: 'Count', code: 'causation-too-deep' }] });
    expect((await world.log()).find(({ type }) => type === 'CommandRejected')!.data).toMatchObject({ handled: false, message: expect.stringContaining('6 commands of processes led to it') });
    await engine.processes.retry('ping', 'a', row!.rejected[0]!.commandId);
    await engine.processes.settled();
    expect([await total(engine, 'a'), await total(engine, 'b')]).toEqual([7, 6]);
    expect(await engine.processes.instances({ attention: true })).toMatchObject([{ process: 'ping', rejected: [{ code: 'causation-too-deep' }] }]);
  });

  it('are found where they answer by deadlines that are due at once, and left alone where time passes', async () => {
    const loops = (name: string, days: number) => process<null>(name, null)
      .startsOn(Counted, ({ data: { counterId } }) => (counterId === name ? counterId : undefined), (_, { occurredAt }) => setDeadline('next', daysAfter(occurredAt, days)))
      .onDeadline('next', (_, __, { id }) => dispatch(Count, { counterId: id, by: 1 }));
    const engine = await world.start([loops('daily', 1), loops('hasty', 0)], { processes: { maxDepth: 3 } });
    for (const name of ['daily', 'hasty']) await count(engine, name, 1);
    await engine.processes.settled();
    for (let day = 0; day < 8; day++) await world.passes(engine, 1);
    expect([await total(engine, 'daily'), await total(engine, 'hasty')]).toEqual([9, 4]);
  });
});

describe('a process that looks into a view', () => {
  const closing = process<null>('closing', null).startsOnFinding(
    Reopened, ({ id }) => id, ({ data }, find) => find(totals, { total: { $gte: 2 }, _id: { $ne: data.counterId } }),
    (_, __, ___, rows) => rows.map(({ _id }) => dispatch(Close, { counterId: _id })),
  );

  it('finds all that was recorded before its event, and sends what it found, once', async () => {
    const engine = await world.start([closing]);
    for (const id of ['a', 'b', 'c', 'd']) await count(engine, id, id === 'c' ? 1 : 2);
    await engine.commands.execute(command(Close, { counterId: 'a' }));
    await engine.commands.execute(command(Reopen, { counterId: 'a' }));
    await engine.processes.settled();
    const closed = async () => (await world.told()).filter((each) => each.endsWith(' Closed'));
    expect(await closed()).toEqual(['counter-a Closed', 'counter-b Closed', 'counter-d Closed']);
    await count(engine, 'e', 5);
    await engine.stop();
    world.documents = new MemoryDocumentStore();
    const again = await world.start([closing]);
    await again.processes.settled();
    expect(await closed()).toHaveLength(3);
  });

  it('waits for somebody where that is not possible, while others go on', async () => {
    const broken = process<null>('broken', null).startsOnFinding(Counted, ({ data: { counterId } }) => (counterId === 'a' ? 'a' : undefined), () => Promise.reject(new Error('no such view')), () => remember(null));
    const engine = await world.start([broken, mirror]);
    await count(engine, 'a', 1);
    await engine.processes.settled();
    expect(await engine.processes.instances({ attention: true })).toMatchObject([{ process: 'broken', stuck: { error: expect.stringContaining('no such view') } }]);
    expect(await total(engine, 'mirror-a')).toBe(1);
  });
});
