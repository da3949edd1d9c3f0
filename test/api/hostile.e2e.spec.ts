import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start, type Started } from './support.js';
import { ticketContext } from './tickets.js';

let api: Started;
let routes: { method: string; path: string }[];

beforeAll(async () => {
  api = await start({ contexts: [ticketContext] });
  await api.send('OpenTicket', { ticketId: 'safe', title: 'Untouched', priority: 'low' });
  await api.get(`/views/tickets?after=${api.begun + 1}`);
  const { paths } = (await api.get('/openapi.json')).body as { paths: Record<string, object> };
  // The command that fails on purpose would fail; the stream of events stays open.
  routes = Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map((method) => ({ method: method.toUpperCase(), path })))
    .filter(({ path }) => !path.includes('BreakTicket') && path !== '/events/live');
});
afterAll(() => api.close(), 30_000);

const NASTY = [
  '', ' ', '%00', '%0d%0aX-Evil:%201', '..', '..%2F..%2Fetc%2Fpasswd', '%2e%2e', '__proto__', 'constructor', 'toString', '$where', '%24ne', "'%20OR%201=1--", '%F0%9F%92%A9', '%ED%A0%80', '%', '%zz',
  'null', 'undefined', 'NaN', '-1', '1e999', '99999999999999999999', '0x10', '{}', '[]', '%7B%22%24gt%22%3A%22%22%7D', 'a'.repeat(499), 'a'.repeat(600), '<script>', '*', '.*', '(a%2B)%2B%24',
];
const PARAMETERS = ['filter', 'sort', 'fields', 'limit', 'cursor', 'total', 'after', 'timeout', 'q', 'from', 'direction', 'type', 'category', 'view', 'key', 'title', '__proto__', 'constructor', '$where', 'a.b', 'a[b]', ''];

const segment = fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 20, unit: 'binary' }).map((text) => encodeURIComponent(text)));
const jsonText = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.anything({ maxDepth: 5, withNullPrototype: false }).map((value) => text(value)),
  fc.constantFrom('{"__proto__":{"x":1}}', '{"constructor":{"prototype":{}}}', '[[[[[[', '{"a":1e999}', '"\\ud800"', '{"ticketId":{"$gt":""}}', '{"ticketId":["safe"],"title":"x"}', '{"a":'.repeat(1_000)),
);
const queryLanguage = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.constantFrom(null, 1, -1, '', '$title', '$$ROOT', '$$CURRENT.x', true, 'a'), fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(fc.constantFrom('$eq', '$in', '$nin', '$and', '$or', '$not', '$expr', '$regex', '$options', '$elemMatch', '$size', '$type', '$mod', '$all', '$exists', '$concat', '$add', '$divide', '$map', '$let', '$cond', '$switch', '$dateToString', '$arrayElemAt', '$first', '$sum', '$push', '$toInt', 'title', '_id', 'a.b', 'input', 'as', 'in'), tie('value'), { maxKeys: 3 }),
  stage: fc.tuple(fc.constantFrom('$match', '$project', '$set', '$addFields', '$unset', '$group', '$sort', '$limit', '$skip', '$unwind', '$count', '$sortByCount', '$bucket', '$bucketAuto', '$facet', '$replaceRoot', '$replaceWith', '$out'), tie('value')).map(([name, value]) => ({ [name]: value })),
})) as { value: fc.Arbitrary<unknown>; object: fc.Arbitrary<object>; stage: fc.Arbitrary<object> };
const headers = fc.dictionary(fc.constantFrom('idempotency-key', 'x-actor', 'x-correlation-id', 'last-event-id', 'accept', 'x-forwarded-for'), fc.string({ maxLength: 30 }).map((value) => value.replace(/[^\x20-\x7e]/g, '').trim()), { maxKeys: 3 });
const parameters = fc.array(fc.tuple(fc.constantFrom(...PARAMETERS), segment), { maxLength: 3 }).map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`));

/** Sends it, and holds the answer against what every answer must be. @returns its status. */
async function harmless(method: string, path: string, { headers: given, body }: { headers?: Record<string, string>; body?: string } = {}): Promise<number> {
  const content = method === 'GET' || body === undefined ? {} : { body };
  const response = await api.fetch(path, { method, redirect: 'manual', headers: { 'content-type': 'application/json', ...given }, ...content });
  const answer = await response.text();
  const told = `${method} ${path} ${body ?? ''} → ${response.status} ${answer.slice(0, 500)}`;
  if (response.status >= 500) throw new Error(`${told} ${JSON.stringify(api.logged().at(-2))}`);
  if (response.status >= 400) {
    if (!response.headers.get('content-type')?.startsWith('application/problem+json')) throw new Error(`${told} is no problem+json`);
    expect((JSON.parse(answer) as { detail: string }).detail).toMatch(/\w/);
  }
  return response.status;
}

/** What must not have changed: the log, and the answer of a view. */
async function unharmed(): Promise<void> {
  const written: string[] = [];
  // Readings are recorded too, and change nothing of what was there.
  for await (const { events } of api.engine.events.readAll({ after: api.begun })) written.push(...events.map(({ type }) => type));
  expect(written.filter((type) => type !== 'SensitiveRecordViewed' && type !== 'AccessDenied')).toEqual(['TicketOpened']);
  expect((await api.get('/views/tickets/safe')).body.item.title).toBe('Untouched');
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
}

/** What `JSON.stringify` refuses is sent as text that is no JSON. */
function text(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'undefined';
  } catch {
    return '{not json';
  }
}

describe('hostile input', () => {
  it('in the path or the parameters of any route is refused or answered, never a failure, and changes nothing', async () => {
    for (const { method, path } of routes.filter(({ method }) => method === 'GET')) {
      for (const nasty of NASTY) await harmless(method, path.replace(/\{\w+\}/g, nasty));
      for (const name of PARAMETERS) await harmless(method, `${path.replace(/\{\w+\}/g, 'safe')}?${name}=${encodeURIComponent(name)}&timeout=0`);
    }
    await unharmed();
  }, 120_000);

  it('of any shape to any route, at random', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), segment, parameters, jsonText, headers, async (index, part, query, body, given) => {
        const { method, path } = routes[index % routes.length]!;
        if (/\/(pause|resume|rebuild|retry)$/.test(path)) return;
        await harmless(method, path.replace(/\{\w+\}/g, () => part) + query, { headers: given, body });
      }),
      { numRuns: 600 },
    );
    await unharmed();
  }, 120_000);

  it('as the fields of a command is refused field by field', async () => {
    const field = fc.oneof(fc.anything({ maxDepth: 2 }), fc.constantFrom('safe', 'low', '', null, 1, -0, 1e308, 'a'.repeat(5_000)));
    await fc.assert(
      fc.asyncProperty(fc.record({ ticketId: fc.constant('safe'), title: field, priority: field, tags: field, budget: field, occurredAt: field }, { requiredKeys: ['ticketId'] }), async (fields) => {
        const status = await harmless('POST', '/commands/OpenTicket', { body: text(fields) });
        expect([400, 409, 413, 422]).toContain(status);
      }),
      { numRuns: 300 },
    );
    await unharmed();
  }, 120_000);

  it("in the language of queries is refused or answered", async () => {
    await fc.assert(
      fc.asyncProperty(queryLanguage.object, fc.array(queryLanguage.stage, { maxLength: 4 }), fc.constantFrom('tickets', 'ticket_ages'), async (filter, pipeline, view) => {
        await harmless('GET', `/views/${view}?filter=${encodeURIComponent(JSON.stringify(filter))}`);
        await harmless('POST', `/views/${view}/aggregate`, { body: JSON.stringify(pipeline) });
      }),
      { numRuns: 200 },
    );
    await unharmed();
  }, 120_000);

  it('as bytes that are no text is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const response = await api.fetch('/commands/OpenTicket', { method: 'POST', headers: { 'content-type': 'application/json' }, body: bytes });
        expect(response.status).toBe(400);
      }),
      { numRuns: 100 },
    );
    await unharmed();
  }, 60_000);
});
