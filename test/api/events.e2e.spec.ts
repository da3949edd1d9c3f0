import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EventStream } from './event-stream.js';
import { start, type Started } from './support.js';
import { ticketContext } from './tickets.js';

let api: Started;
const streams: EventStream[] = [];

beforeAll(async () => {
  api = await start({ contexts: [ticketContext], heartbeatMs: 40 });
  for (let index = 0; index < 5; index++) await open(`e${index}`);
  for (const title of ['one', 'two', 'three']) await api.send('RenameTicket', { ticketId: 'e0', title });
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  while ((await liveStreams()) > 0) await new Promise((resolve) => setTimeout(resolve, 10));
});
afterAll(() => api.close(), 30_000);

const open = async (ticketId: string) => (await api.send('OpenTicket', { ticketId, title: 'zero', priority: 'low' })).body.position as number;
const listen = async (query = '', headers: Record<string, string> = {}) => {
  const stream = await EventStream.open(`${api.url}/events/live${query}`, { authorization: `Bearer ${api.key}`, ...headers });
  streams.push(stream);
  return stream;
};
const liveStreams = async () => (await api.get('/status')).body.liveStreams as number;
const positions = (stream: EventStream) => stream.events.map(({ position }) => position);

describe('the state of an aggregate', () => {
  it('comes with its revision and position', async () => {
    const { status, headers, body } = await api.get('/aggregates/ticket/e0');
    expect([status, headers['etag']]).toEqual([200, '"3"']);
    expect(body).toEqual({ type: 'ticket', id: 'e0', stream: 'ticket-e0', revision: 3, position: api.begun + 8, state: { title: 'three' } });
  });

  it.each([['/aggregates/ticket/nobody', 404], ['/aggregates/tikcet/e0', 404], ['/aggregates/ticket/no%20spaces', 400]])('at %s is a %i', async (path, status) => {
    expect((await api.get(path)).status).toBe(status);
  });
});

describe('the history of an aggregate', () => {
  const revisions = (body: { events: { revision: number }[] }) => body.events.map(({ revision }) => revision);

  it('is paged by revision in both directions', async () => {
    const first = (await api.get('/aggregates/ticket/e0/history?limit=3')).body;
    expect([revisions(first), first.next]).toEqual([[0, 1, 2], 3]);
    const second = (await api.get('/aggregates/ticket/e0/history?limit=3&from=3')).body;
    expect([revisions(second), second.next]).toEqual([[3], undefined]);
    const back = (await api.get('/aggregates/ticket/e0/history?limit=3&direction=backwards')).body;
    expect([revisions(back), back.next]).toEqual([[3, 2, 1], 0]);
    expect(revisions((await api.get('/aggregates/ticket/e0/history?limit=3&direction=backwards&from=0')).body)).toEqual([0]);
  });

  it.each([['direction=sideways', 400], ['from=-1', 400], ['limit=0', 400], ['page=2', 400]])('with %s is a %i', async (query, status) => {
    expect((await api.get(`/aggregates/ticket/e0/history?${query}`)).status).toBe(status);
  });

  it('of what never happened is a 404', async () => {
    expect((await api.get('/aggregates/ticket/nobody/history')).status).toBe(404);
  });
});

describe('the log', () => {
  it('is paged by position', async () => {
    const first = (await api.get(`/events?limit=5&after=${api.begun}`)).body;
    expect([first.events.length, first.caughtUp]).toEqual([5, false]);
    const second = (await api.get(`/events?limit=5&after=${first.next as number}`)).body;
    expect(second.events.map(({ position }: { position: number }) => position)).toEqual([6, 7, 8].map((number) => api.begun + number));
    expect([second.caughtUp, second.next]).toEqual([true, undefined]);
  });

  it('is filtered by type and category', async () => {
    const { body } = await api.get('/events?type=TicketRenamed&category=ticket');
    expect(body.events.map(({ type }: { type: string }) => type)).toEqual(['TicketRenamed', 'TicketRenamed', 'TicketRenamed']);
  });

  it('refuses a type that does not exist, for it would find nothing', async () => {
    expect((await api.get('/events?type=TicketRenamd')).body).toMatchObject({ status: 400, detail: expect.stringContaining('TicketRenamd') });
    expect((await api.get('/events?category=tikcet')).status).toBe(400);
  });
});

describe('the live events', () => {
  it('begin after a position, say when they have caught up, and go on', async () => {
    const stream = await listen(`?after=${api.begun + 6}`);
    expect(stream.response.headers['content-type']).toContain('text/event-stream');
    await stream.until((received) => received.some(({ event }) => event === 'caught-up'));
    const now = await open('live-1');
    await stream.until(() => positions(stream).includes(now));
    expect(positions(stream)).toEqual([api.begun + 7, api.begun + 8, now]);
    expect(stream.received.filter(({ event }) => event === 'caught-up')).toHaveLength(1);
  });

  it('have their positions as ids', async () => {
    const stream = await listen(`?after=${api.begun + 6}`);
    const received = await stream.until(() => stream.events.length >= 2);
    expect(received.filter(({ data }) => data?.type).map(({ id }) => Number(id)).slice(0, 2)).toEqual([api.begun + 7, api.begun + 8]);
  });

  it('begin now when no position is given', async () => {
    const stream = await listen();
    await stream.until((received) => received.some(({ event }) => event === 'caught-up'));
    const now = await open('live-2');
    await stream.until(() => stream.events.length > 0);
    expect(positions(stream)).toEqual([now]);
  });

  it('resume after Last-Event-ID without a gap or a double', async () => {
    const first = await listen('?after=0');
    await first.until(() => first.events.length >= 4);
    const seen = positions(first).slice(0, 4);
    first.close();
    const during = await open('live-3');
    const second = await listen('?after=0', { 'last-event-id': String(seen.at(-1)) });
    await second.until(() => positions(second).includes(during));
    const all = [...seen, ...positions(second)];
    expect(all).toEqual(Array.from({ length: during }, (_, index) => index + 1));
  });

  it('are filtered', async () => {
    const stream = await listen('?after=0&type=TicketRenamed');
    await stream.until((received) => received.some(({ event }) => event === 'caught-up'));
    expect(new Set(stream.events.map(({ type }) => type))).toEqual(new Set(['TicketRenamed']));
  });

  it('give a sign of life in silence', async () => {
    const stream = await listen();
    await stream.until((received) => received.filter(({ comment }) => comment === 'still here').length >= 2);
  });

  it('end with their connection and leave nothing behind', async () => {
    const stream = await listen();
    await stream.until((received) => received.length > 0);
    expect(await liveStreams()).toBe(1);
    stream.close();
    while ((await liveStreams()) > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await liveStreams()).toBe(0);
  });

  it('wait for a reader that is slow, and lose nothing', async () => {
    const stream = await listen('?after=0&type=TicketRenamed');
    await stream.until((received) => received.some(({ event }) => event === 'caught-up'));
    stream.response.pause();
    for (let round = 0; round < 6; round++) await api.send('FillTicket', { ticketId: 'big', count: 300 });
    stream.response.resume();
    const big = () => stream.events.filter(({ stream: name }) => name === 'ticket-big').length;
    await stream.until(() => big() >= 1_800);
    expect(big()).toBe(1_800);
    const list = positions(stream);
    expect(list).toEqual([...new Set(list)].sort((a, b) => a - b));
  }, 20_000);

  it.each([['?after=x', {}], ['', { 'last-event-id': 'x' }], ['?type=Nope', {}], ['?since=1', {}]])('refuse %s %j with 400', async (query, headers) => {
    expect((await api.get(`/events/live${query}`, headers)).status).toBe(400);
  });

  it('refuse a position beyond the end of the log, and say where it ends: of a log that is older than its reader nothing would ever come', async () => {
    const head = await api.events.head();
    for (const [path, headers] of [['/events/live', { 'last-event-id': String(head + 1_000) }], [`/events/live?after=${head + 1_000}`, {}], [`/events?after=${head + 1_000}`, {}]] as const) {
      const { status, headers: said, body } = await api.get(path, headers);
      expect([path, status, said['content-type'], body.code, body.head]).toEqual([path, 400, expect.stringContaining('application/problem+json'), 'beyond-the-log', head]);
      expect(body.detail).toContain(`the log ends at ${head}`);
    }
    const stream = await listen('', { 'last-event-id': String(head) });
    await stream.until((received) => received.some(({ event }) => event === 'caught-up'));
  });

  it('answer HEAD without a stream', async () => {
    const response = await api.fetch('/events/live', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(await liveStreams()).toBe(0);
  });
});

describe('too many live events at once', () => {
  it('are refused until one ends', async () => {
    const other = await start({ contexts: [ticketContext], maxLiveStreams: 1 });
    const stream = await EventStream.open(`${other.url}/events/live`, { authorization: `Bearer ${other.key}` });
    await stream.until((received) => received.length > 0);
    expect(await other.get('/events/live')).toMatchObject({ status: 429, headers: { 'retry-after': '10' }, body: { type: '/problems/too-many-requests' } });
    await other.close();
  });
});

describe('closing the application', () => {
  it('ends the live events and finishes', async () => {
    const other = await start({ contexts: [ticketContext] });
    const stream = await EventStream.open(`${other.url}/events/live`, { authorization: `Bearer ${other.key}` });
    await stream.until((received) => received.length > 0);
    await other.close();
    await stream.ended();
  });
});
