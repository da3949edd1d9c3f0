import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start, type Started } from './support.js';
import { antidote, ticketContext } from './tickets.js';

let api: Started;
let last: number;
const titles = ['Delta', 'alpha', 'Bravo', 'charlie', '5', 'true'];

beforeAll(async () => {
  api = await start({ contexts: [ticketContext] });
  for (const [index, title] of titles.entries()) {
    const { body } = await api.send('OpenTicket', { ticketId: `t${index}`, title, priority: index % 2 === 0 ? 'low' : 'high', occurredAt: `2026-01-0${index + 1}` });
    last = body.position as number;
  }
  await api.get(`/views/tickets?after=${last}`);
});
afterAll(() => api.close(), 30_000);

const titlesOf = async (query: string) => {
  const { status, body } = await api.get(`/views/tickets?${query}`);
  expect([status, body.detail]).toEqual([200, undefined]);
  return (body.items as { title: string }[]).map(({ title }) => title);
};
const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));

describe('a row of a view', () => {
  it('comes with the position that the view was at', async () => {
    const { headers, body } = await api.get(`/views/tickets/t0?after=${last}`);
    expect(body).toEqual({ item: { _id: 't0', title: 'Delta', priority: 'low', openedAt: '2026-01-01T00:00:00.000Z', renamed: 0 }, position: last });
    expect(headers['x-position']).toBe(String(last));
  });

  it('has the fields that depend on the moment of the question', async () => {
    const { body } = await api.get('/views/ticket_ages/t0');
    expect(body.item.days).toBe(Math.floor((Date.now() - Date.parse('2026-01-01')) / 86_400_000));
  });

  it('that does not exist is a 404', async () => {
    const { status, body } = await api.get('/views/tickets/nobody');
    expect([status, body.type, body.key]).toEqual([404, '/problems/not-found', 'nobody']);
  });

  it('of a view that does not exist is told the views', async () => {
    const { status, body } = await api.get('/views/tikcets/t0');
    expect([status, body.type]).toEqual([404, '/problems/unknown-view']);
    expect(body.detail).toContain('tickets');
  });
});

describe('a list of a view', () => {
  it("is filtered in MongoDB's language", async () => {
    expect(await titlesOf(`filter=${json({ title: { $in: ['alpha', 'Delta'] } })}&sort=title`)).toEqual(['Delta', 'alpha']);
    expect(await titlesOf(`filter=${json({ title: { $regex: '^[a-c]' } })}&sort=title`)).toEqual(['alpha', 'charlie']);
  });

  it('takes a field and its value as a parameter', async () => {
    expect(await titlesOf('priority=high&sort=title')).toEqual(['alpha', 'charlie', 'true']);
    expect(await titlesOf('priority=high&title=alpha')).toEqual(['alpha']);
    expect(await titlesOf('title=alpha&title=Bravo&sort=title')).toEqual(['Bravo', 'alpha']);
  });

  it('finds numbers and truth values by their text, and texts that look like them', async () => {
    expect(await titlesOf('renamed=0&title=5')).toEqual(['5']);
    expect(await titlesOf('title=true')).toEqual(['true']);
  });

  it('is sorted by names, descending with a dash, or as JSON', async () => {
    expect(await titlesOf('sort=priority,-title&fields=title')).toEqual(['true', 'charlie', 'alpha', 'Delta', 'Bravo', '5']);
    expect(await titlesOf(`sort=${json({ title: -1 })}&limit=1`)).toEqual(['true']);
  });

  it('goes on from page to page by cursor, without a gap or a double', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await api.get(`/views/tickets?sort=title&limit=4${cursor}`);
      seen.push(...body.items.map(({ title }: { title: string }) => title));
      if (body.next === undefined) break;
      cursor = `&cursor=${body.next as string}`;
    }
    expect(seen).toEqual([...titles].sort());
  });

  it('holds only the fields that are asked for, and the key', async () => {
    const { body } = await api.get('/views/tickets?fields=title&limit=1');
    expect(body.items).toEqual([{ _id: 't0', title: 'Delta' }]);
  });

  it('counts all that the filter finds when asked to', async () => {
    const { body } = await api.get('/views/tickets?priority=low&limit=1&total=true');
    expect([body.items.length, body.total]).toEqual([1, 3]);
  });

  it.each([
    ['filter={bad', 400, 'malformed-json', 'filter is not JSON'],
    ['filter=[]', 400, 'malformed-json', 'must be a JSON object'],
    [`filter=${json({ $where: 'sleep(1)' })}`, 400, 'invalid-query', '$where'],
    [`filter=${json({ $expr: { $eq: ['$title', 'x'] } })}`, 400, 'invalid-query', '$expr is not allowed here'],
    [`filter=${json({ title: { $regex: '(a+)+$' } })}`, 400, 'invalid-query', 'too long'],
    [`filter=${json({ title: { $regex: '[' } })}`, 400, 'invalid-query', 'malformed'],
    [`filter=${json({ title: { $near: 1 } })}`, 400, 'invalid-query', '$near'],
    [`filter=${encodeURIComponent('{"__proto__":{"a":1}}')}`, 400, 'malformed-json', '__proto__'],
    ['sort=$title', 400, 'invalid-query', 'sort'],
    [`sort=${json({ title: 'up' })}`, 400, 'invalid-query', 'sort'],
    ['fields=$x', 400, 'invalid-query', 'fields'],
    ['limit=0', 400, 'invalid-request', 'limit must be a whole number from 1 to 1000'],
    ['limit=1001', 400, 'invalid-request', 'limit'],
    ['limit=1&limit=2', 400, 'invalid-request', 'once'],
    ['cursor=nonsense', 400, 'invalid-query', 'cursor'],
    ['after=-1', 400, 'invalid-request', 'after'],
    ['timeout=99999', 400, 'invalid-request', 'timeout'],
    ['total=perhaps', 400, 'invalid-request', 'total'],
    ['$title=x', 400, 'invalid-request', 'neither a parameter'],
    ['__proto__=x', 400, 'invalid-request', 'neither a parameter'],
  ])('refuses %s with %i', async (query, status, type, words) => {
    const answer = await api.get(`/views/tickets?${query}`);
    expect([answer.status, answer.body.type]).toEqual([status, `/problems/${type}`]);
    expect(answer.body.detail).toContain(words);
  });

  it('refuses a cursor of another sort', async () => {
    const { body } = await api.get('/views/tickets?sort=title&limit=1');
    const { status, body: problem } = await api.get(`/views/tickets?sort=-title&cursor=${body.next as string}`);
    expect([status, problem.type]).toEqual([400, '/problems/invalid-query']);
  });
});

describe('a question that waits for a position', () => {
  it('sees what the command did', async () => {
    for (let index = 0; index < 10; index++) {
      const { body } = await api.send('OpenTicket', { ticketId: `w${index}`, title: 'waiting', priority: 'low' });
      const answer = await api.get(`/views/tickets/w${index}?after=${body.position as number}`);
      expect([answer.status, answer.body.item?.title]).toEqual([200, 'waiting']);
    }
  });

  it('that is not reached in time is told so, with the position there is and when to ask again', async () => {
    const { status, headers, body } = await api.get('/views/tickets?after=1000000&timeout=20');
    expect([status, headers['retry-after'], body.type, body.asked]).toEqual([412, '1', '/problems/not-yet-there', 1_000_000]);
    expect(body.position).toBeGreaterThanOrEqual(last);
  });
});

describe('an aggregation', () => {
  it('groups the rows of a view', async () => {
    const pipeline = [{ $match: { title: { $ne: 'waiting' } } }, { $group: { _id: '$priority', count: { $sum: 1 } } }, { $sort: { _id: 1 } }];
    const { status, headers, body } = await api.post('/views/tickets/aggregate', pipeline);
    expect([status, body.items]).toEqual([200, [{ _id: 'high', count: 3 }, { _id: 'low', count: 3 }]]);
    expect(Number(headers['x-position'])).toBe(body.position);
  });

  it('sees computed fields', async () => {
    const { body } = await api.post('/views/ticket_ages/aggregate', [{ $match: { days: { $gte: 0 } } }, { $group: { _id: { $gt: ['$days', 100_000] }, count: { $sum: 1 } } }]);
    expect(body.items.map(({ _id }: { _id: boolean }) => _id)).toEqual([false]);
  });

  it.each([
    ['a stage that writes', [{ $out: 'stolen' }], '$out is not allowed. Stages: $match'],
    ['a stage that reads other collections', [{ $lookup: { from: 'x' } }], '$lookup'],
    ['a stage inside $facet that is not allowed', [{ $facet: { a: [{ $merge: 'x' }] } }], '$merge'],
    ['a stage that is no object', ['$match'], 'A stage is an object'],
    ['a pipeline that is no array', { $match: {} }, 'array of stages'],
    ['code', [{ $project: { a: { $function: { body: 'f', args: [], lang: 'js' } } } }], '$function'],
    ['values without end', [{ $project: { a: { $range: [0, 1e9] } } }], '$range'],
    ['too many stages', Array.from({ length: 21 }, () => ({ $limit: 1 })), 'at most 20'],
    ['an unknown operator', [{ $project: { a: { $nonsense: 1 } } }], '$nonsense'],
    ['a sum that digits would be lost of', [{ $group: { _id: null, total: { $sum: 9_007_199_254_740_991 } } }], 'exact up to 9007199254740991'],
    ['a sum that digits are lost of before it is made small again', [{ $group: { _id: null, total: { $sum: 9_007_199_254_740_991 } } }, { $set: { total: { $divide: ['$total', 1e6] } } }], 'exact up to 9007199254740991'],
    ['a product that digits would be lost of', [{ $project: { large: { $multiply: [3_000_000_001, 3_000_000_001] } } }], 'large comes to 9000000006000000000'],
  ])('with %s is refused', async (_, pipeline, words) => {
    const { status, body } = await api.post('/views/tickets/aggregate', pipeline);
    expect([status, body.type]).toEqual([400, '/problems/invalid-query']);
    expect(body.detail).toContain(words);
  });
});

describe('a report', () => {
  it('answers a question about all rows', async () => {
    const { body } = await api.get(`/views/tickets/reports/by_priority?after=${last}`);
    expect(body.report).toMatchObject({ high: 3 });
  });

  it('that the view does not have is told those that it has', async () => {
    const { status, body } = await api.get('/views/tickets/reports/by_colour');
    expect([status, body.type]).toEqual([404, '/problems/not-found']);
    expect(body.detail).toContain('by_priority');
  });
});

describe('the list of views', () => {
  it('names each with its reports, and the stages that are allowed', async () => {
    const { body } = await api.get('/views');
    const found = body.views.find(({ name }: { name: string }) => name === 'tickets');
    expect(found).toMatchObject({ summary: 'Every ticket.', reports: [{ name: 'by_priority', href: '/views/tickets/reports/by_priority' }] });
    expect(body.stages).toContain('$group');
  });
});

describe('operating a view', () => {
  const statusOf = async (view: string) => (await api.get('/status')).body.views.find((each: { view: string }) => each.view === view);

  it('pauses and resumes it', async () => {
    expect((await api.post('/views/tickets/pause')).body.state).toBe('paused');
    const { body } = await api.send('OpenTicket', { ticketId: 'paused', title: 'p', priority: 'low' });
    expect((await api.get(`/views/tickets/paused?after=${body.position as number}&timeout=20`)).status).toBe(412);
    expect((await api.post('/views/tickets/dead-letters/retry')).body).toMatchObject({ status: 409, code: 'view-not-live' });
    await api.post('/views/tickets/resume');
    expect((await api.get(`/views/tickets/paused?after=${body.position as number}`)).status).toBe(200);
  });

  it('rebuilds it beside the live one', async () => {
    const before = (await statusOf('tickets')).generation as number;
    expect((await api.post('/views/tickets/rebuild')).status).toBe(202);
    while ((await statusOf('tickets')).generation === before) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await statusOf('tickets')).generation).toBe(before + 1);
    expect((await api.get('/views/tickets/t0')).status).toBe(200);
  });

  it('shows documents that wait, and folds them again on request', async () => {
    const { body } = await api.send('OpenTicket', { ticketId: 'ill', title: 'poison', priority: 'low' });
    await api.get(`/views/fragile?after=${body.position as number}`);
    const { body: letters } = await api.get('/dead-letters?view=fragile');
    expect(letters).toMatchObject({ total: 1, items: [{ view: 'fragile', key: 'ill', error: 'cannot fold poison', event: { stream: 'ticket-ill' } }] });
    expect((await api.get('/status')).body.deadLetters).toBe(1);
    antidote.given = true;
    expect((await api.post('/views/fragile/dead-letters/retry?key=ill')).body).toEqual({ released: 1, waiting: 0 });
    antidote.given = false;
    expect((await api.get('/views/fragile/ill')).body.item.title).toBe('poison');
    expect((await api.get('/dead-letters')).body.total).toBe(0);
  });
});
