import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { InvalidQuery, QueryTooExpensive, StoreUnavailable, type Filter, type Pipeline } from '#event-sourcing';
import type { SqliteDocumentStore } from './document-store.js';
import { QueryProcesses } from './query-processes.js';
import { TemporaryStore } from './testing.js';

// Threads that ran out of time are started anew, which takes its time on a busy machine.
jest.setTimeout(60_000);

const TIMEOUT_MS = 1000;
let temporary: TemporaryStore;
let store: SqliteDocumentStore;
beforeAll(async () => {
  temporary = await TemporaryStore.open({ timeoutMs: TIMEOUT_MS });
  store = temporary.store;
  const writes = Array.from({ length: 3000 }, (_, i) => ({ key: `k${1000 + i}`, position: 1, document: { i, even: i % 2 === 0, text: `text ${i}` } }));
  await store.write([
    { collection: 'many', writes },
    { collection: 'trap', writes: [{ key: 'a', position: 1, document: { text: `${'a'.repeat(60)}!` } }] },
  ]);
});
afterAll(() => temporary.remove());

describe('a query of many documents', () => {
  it('gives what a query of few gives', async () => {
    const found = await store.find('many', { filter: { even: true }, sort: { i: -1 }, skip: 1, limit: 2 });
    expect(found.map(({ i }) => i)).toEqual([2996, 2994]);
    expect(await store.count('many', { even: true })).toBe(1500);
    expect(await store.find('many')).toHaveLength(3000);
  });

  it('sees what was written before it', async () => {
    for (let position = 2; position < 6; position++) {
      await store.write([{ collection: 'many', writes: [{ key: 'k1000', position, document: { i: position, even: 'neither' } }] }]);
      expect((await store.find('many', { filter: { even: 'neither' }, sort: { text: 1 } })).map(({ i }) => i)).toEqual([position]);
    }
    await store.write([{ collection: 'many', writes: [{ key: 'k1000', position: 6, document: { i: 0, even: true, text: 'text 0' } }] }]);
  });

  it('does not hold up this thread', async () => {
    let ticks = 0;
    const clock = setInterval(() => ticks++, 1);
    const spin: Pipeline = [{ $unwind: { path: '$i' } }, { $set: { n: { $range: [0, 300] } } }, { $unwind: '$n' }, { $group: { _id: null, n: { $sum: 1 } } }];
    const answer = store.aggregate('many', spin, { timeoutMs: 20_000 });
    const [{ n }] = (await answer) as [{ n: number }];
    clearInterval(clock);
    expect(n).toBe(900_000);
    expect(ticks).toBeGreaterThan(20);
  });

  it('is one of several that are answered at once and in turn', async () => {
    const sizes = await Promise.all([1, 2, 3, 4, 5, 6].map(async (limit) => (await store.aggregate('many', [{ $limit: limit }])).length));
    expect(sizes).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('a query that takes too long', () => {
  const trap = { text: { $regex: '^(a+)+$' } };
  const ways: Record<string, () => Promise<unknown>> = {
    'a pattern in find': () => store.find('trap', { filter: trap }),
    'a pattern in $not in find': () => store.find('trap', { filter: { $nor: [{ text: { $not: { $regex: '^(a+)+$' } } }] } }),
    'a RegExp in find': () => store.find('trap', { filter: { text: /^(a+)+$/ } }),
    'a pattern in count': () => store.count('trap', trap),
    'a pattern in scan': () => store.scan('trap', trap)[Symbol.asyncIterator]().next(),
    'an expression in find': () => store.find('trap', { filter: { $expr: { $regexMatch: { input: '$text', regex: '^(a+)+$' } } } }),
    'an expression in a projection': () => store.find('trap', { projection: { is: { $regexMatch: { input: '$text', regex: '^(a+)+$' } } } }),
    'a pattern in aggregate': () => store.aggregate('trap', [{ $match: trap }]),
  };

  it('is given up, whatever it is, and this thread and the next query go on', async () => {
    const outcomes = Object.entries(ways).map(async ([name, query]) => {
      const error = await query().catch((reason: unknown) => reason);
      return [name, (error as Error).message, error instanceof QueryTooExpensive];
    });
    expect(await store.get('many', 'k1001')).toBeDefined();
    const message = `The query took more than the ${TIMEOUT_MS} ms allowed. Narrow it, or give it more time.`;
    expect(await Promise.all(outcomes)).toEqual(Object.keys(ways).map((name) => [name, message, true]));
    expect(await store.find('many', { filter: { text: { $regex: '^text 299' } }, limit: 1 })).toHaveLength(1);
  });

  it('does not take the time of those that wait behind it', async () => {
    const queries = [trap, trap, { text: { $regex: '!$' } }, { text: { $regex: '^a' } }].map((filter) => store.count('trap', filter));
    const outcomes = await Promise.allSettled(queries);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled']);
  });
});

describe('a query that takes too much memory', () => {
  it('is given up, and the next is answered', async () => {
    const processes = new QueryProcesses(temporary.file, 48);
    const pipeline = [{ $set: { n: { $range: [0, 2000] } } }, { $unwind: '$n' }, { $group: { _id: null, all: { $push: '$$ROOT' } } }];
    await expect(processes.run({ kind: 'aggregate', collection: 'many', pipeline, options: {} }, 60_000)).rejects.toThrow('The query needed more than 48 MB of memory');
    expect(await processes.run({ kind: 'count', collection: 'many', filter: {} }, 60_000)).toBe(3000);
    await processes.close();
  });
});

describe('a query that is given up in the middle of reading', () => {
  it('leaves this process alive, whenever that is', async () => {
    const given = [];
    for (let timeoutMs = 1; timeoutMs <= 40; timeoutMs += 3) {
      given.push(await store.aggregate('many', [{ $group: { _id: '$i', all: { $push: '$text' } } }], { timeoutMs }).catch((error: unknown) => error));
    }
    for (const outcome of given) expect(Array.isArray(outcome) || outcome instanceof QueryTooExpensive).toBe(true);
    expect(given[0]).toBeInstanceOf(QueryTooExpensive);
    expect(await store.count('many')).toBe(3000);
  });
});

describe('a query that would do harm', () => {
  const parsed = (json: string) => JSON.parse(json) as Filter;

  it.each<[string, Filter]>([
    ['a script', { $where: 'while (true) {}' }],
    ['a script in an expression', { $expr: { $function: { body: 'return 1', args: [], lang: 'js' } } }],
    ['a way to the prototype', parsed('{ "__proto__": { "polluted": true } }')],
    ['a nested way to the prototype', { 'a.__proto__.polluted': true }],
    ['a field that is a function', { i: () => 1 }],
    ['33 levels', Array.from({ length: 16 }).reduce<Filter>((inner) => ({ $and: [inner] }), { i: { $eq: 1 } })],
  ])('is refused: %s', async (_, filter) => {
    await expect(store.find('many', { filter })).rejects.toBeInstanceOf(InvalidQuery);
    await expect(store.aggregate('many', [{ $match: filter }])).rejects.toBeInstanceOf(InvalidQuery);
  });

  it('cannot reach a prototype through documents and expressions', async () => {
    const document = parsed('{ "__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } } }');
    await store.write([{ collection: 'proto', writes: [{ key: 'a', position: 1, document }] }]);
    const pipeline: Pipeline = [{ $set: { 'constructor.prototype.polluted': 1 } }, { $project: { all: { $mergeObjects: ['$$ROOT', { x: 1 }] }, field: { $getField: 'toString' } } }];
    expect(await store.aggregate('proto', pipeline)).toHaveLength(1);
    expect(await store.find('proto', { projection: { 'constructor.prototype': 0 } })).toHaveLength(1);
    expect(JSON.stringify((await store.load('proto', ['a'])).get('a')!.document)).toBe(JSON.stringify(document));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('closing', () => {
  it('ends queries that run or wait, and refuses new ones', async () => {
    const other = await TemporaryStore.open();
    await other.store.write([{ collection: 'trap', writes: [{ key: 'a', position: 1, document: { text: `${'a'.repeat(60)}!` } }] }]);
    const filter = { text: { $regex: '^(a+)+$' } };
    const running = Promise.allSettled([1, 2, 3].map(() => other.store.count('trap', filter)));
    await other.store.count('trap');
    await other.store.close();
    for (const outcome of await running) expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(StoreUnavailable);
    await expect(other.store.count('trap', filter)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(other.store.get('trap', 'a')).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(other.store.write([])).rejects.toBeInstanceOf(StoreUnavailable);
    await other.remove();
  });
});
