import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leafOf, openHead, parseVerifierKey, provesConsistency, provesInclusion } from '#audit';
import { type RecordedEvent } from '#event-sourcing';
import { MemoryEventStore } from '#stores/memory';
import { start, type Started } from './support.js';
import { ticketContext } from './tickets.js';

let api: Started;
const bytes = (hashes: string[]) => hashes.map((hash) => Buffer.from(hash, 'base64'));
const open = (ticketId: string) => api.send('OpenTicket', { ticketId, title: 'x', priority: 'low' });

beforeAll(async () => {
  api = await start({ contexts: [ticketContext] });
});
afterAll(() => api.close(), 30_000);

describe('the transparency log over HTTP', () => {
  it('has no head before one is made', async () => {
    expect(await api.get('/audit/head')).toMatchObject({ status: 404, body: { detail: expect.stringContaining('POST /audit/heads makes one') } });
  });

  it('signs the log as it is, and says with which key', async () => {
    await open('t1');
    const { status, body } = await api.post('/audit/heads');
    expect([status, body.size]).toEqual([200, api.begun + 1]);
    expect(openHead(body.checkpoint, parseVerifierKey(body.publicKey))).toMatchObject({ size: api.begun + 1, position: body.position, root: Buffer.from(body.root, 'hex') });
    expect((await api.get('/audit/head')).body).toEqual(body);
  });

  it('proves an event by its position and by its id, also one that came after the latest head', async () => {
    const { body: sent } = await open('t2');
    const { body } = await api.get(`/audit/events/${sent.position}`);
    expect(body).toMatchObject({ index: api.begun + 1, event: { stream: 'ticket-t2', position: sent.position }, head: { size: api.begun + 2 } });
    const head = openHead(body.head.checkpoint, parseVerifierKey(body.publicKey));
    expect(provesInclusion(leafOf(body.event as RecordedEvent), body.index, head.size, bytes(body.proof), head.root)).toBe(true);
    expect((await api.get(`/audit/events/${body.event.id}`)).body).toEqual(body);
  });

  it('proves that one head continues another', async () => {
    await open('t3');
    await api.post('/audit/heads');
    const { body: all } = await api.get('/audit/heads');
    expect(all).toMatchObject({ total: 3, invalid: 0, heads: [3, 2, 1].map((number) => ({ size: api.begun + number })) });
    expect((await api.get('/audit/heads?limit=1')).body.heads).toEqual([all.heads[0]]);
    const { body } = await api.get(`/audit/consistency?from=${api.begun + 1}&to=${api.begun + 3}`);
    expect([body.from.root, body.to.root]).toEqual([all.heads[2].root, all.heads[0].root]);
    const sized = ({ size, root }: { size: number; root: string }) => ({ size, root: Buffer.from(root, 'hex') });
    expect(provesConsistency(sized(body.from), sized(body.to), bytes(body.proof))).toBe(true);
  });

  it('streams a bundle of a period', async () => {
    const response = await api.fetch('/audit/bundle?from=2020-01-01');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    const lines = (await response.text()).trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(lines).toHaveLength(api.begun + 5);
    expect(lines[0]).toMatchObject({ selection: { from: '2020-01-01T00:00:00.000Z' }, heads: [{}, {}] });
    expect(lines.at(-1)).toMatchObject({ entries: api.begun + 3 });
  });

  it.each([
    ['/audit/events/0', 400, 'Name an event by its id'], ['/audit/events/t1', 400, 'Name an event by its id'], ['/audit/events/99', 404, 'no event at position 99'],
    ['/audit/events/00000000-0000-4000-8000-000000000000', 404, 'no event with the id'], ['/audit/consistency?from=1', 400, 'Give to'], ['/audit/consistency?from=2&to=1', 400, 'must rise'],
    ['/audit/consistency?from=1&to=99', 400, 'at most '], ['/audit/bundle', 400, 'Give customer, or from and to'], ['/audit/bundle?customer=a&to=2026-01-01', 400, 'Give customer'],
    ['/audit/bundle?from=yesterday', 400, 'must be a day or a time in UTC'], ['/audit/bundle?from=2026-13-01', 400, 'must be a day'], ['/audit/heads?limit=0', 400, 'limit must be'], ['/audit/head?x=1', 400, 'Unknown parameter'],
  ])('says what is wrong with %s', async (address, status, words) => {
    expect(await api.get(address)).toMatchObject({ status, body: { detail: expect.stringContaining(words) } });
  });
});

it('a log that lost events is not signed, and whoever asks is told', async () => {
  const events = new MemoryEventStore();
  const other = await start({ contexts: [ticketContext], events });
  for (const ticketId of ['a', 'b']) await other.send('OpenTicket', { ticketId, title: 'x', priority: 'low' });
  await other.post('/audit/heads');
  events['events'].pop();
  for (const { status, body } of [await other.post('/audit/heads'), await other.get('/audit/events/1'), await other.get('/audit/bundle?to=2030-01-01')]) {
    expect([status, body.code, body.detail]).toEqual([409, 'history-changed', expect.stringContaining(`The log had an event at position ${other.begun + 2}`)]);
  }
  await other.close();
}, 30_000);
