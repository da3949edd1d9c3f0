import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryEventStore } from '#stores/memory';
import { StoreUnavailable } from '#event-sourcing';
import { start, type Started } from './support.js';
import { ticketContext } from './tickets.js';

let api: Started;
beforeAll(async () => {
  api = await start({ contexts: [ticketContext] });
});
afterAll(() => api.close(), 30_000);

const ticket = (ticketId: string) => ({ ticketId, title: 'First', priority: 'low' });
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** Sends bytes as they are; @returns all that came back. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(api.port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk)).on('close', () => resolve(answer)).on('error', reject);
  });
}

describe('every error', () => {
  it.each<[string, string, string, string | undefined, Record<string, string>, number, string]>([
    ['an address that does not exist', 'GET', '/nowhere', undefined, {}, 404, 'not-found'],
    ['another method', 'DELETE', '/commands/OpenTicket', undefined, {}, 405, 'method-not-allowed'],
    ['malformed JSON', 'POST', '/commands/OpenTicket', '{"ticketId":', {}, 400, 'malformed-json'],
    ['JSON that is no object', 'POST', '/commands/OpenTicket', '[1]', {}, 400, 'invalid-request'],
    ['no body', 'POST', '/commands/OpenTicket', undefined, {}, 400, 'invalid-request'],
    ['an empty body', 'POST', '/commands/OpenTicket', '', {}, 400, 'malformed-json'],
    ['another media type', 'POST', '/commands/OpenTicket', 'ticketId=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported-media-type'],
    ['a body over 1 MiB', 'POST', '/commands/OpenTicket', JSON.stringify({ title: 'x'.repeat(1_048_576) }), {}, 413, 'too-large'],
    ['JSON nested too deep', 'POST', '/commands/OpenTicket', `{"a":${nested(40)}}`, {}, 400, 'malformed-json'],
    ['JSON nested very deep', 'POST', '/commands/OpenTicket', `{"a":${nested(200_000)}}`, {}, 400, 'malformed-json'],
    ['a key that means something to JavaScript', 'POST', '/commands/OpenTicket', '{"__proto__":{"admin":true}}', {}, 400, 'malformed-json'],
    ['such a key further inside', 'POST', '/commands/OpenTicket', '{"tags":[{"constructor":{"prototype":1}}]}', {}, 400, 'malformed-json'],
    ['an address that is too long', 'GET', `/views/tickets?title=${'x'.repeat(9_000)}`, undefined, {}, 414, 'address-too-long'],
    ['a path segment that is too long', 'GET', `/views/tickets/${'x'.repeat(600)}`, undefined, {}, 414, 'address-too-long'],
    ['an address that cannot be decoded', 'GET', '/views/%E0%A4%A', undefined, {}, 400, 'invalid-request'],
    ['a parameter that the route does not have', 'GET', '/status?verbose=1', undefined, {}, 400, 'invalid-request'],
    ['a correlation id that is none', 'GET', '/status', undefined, { 'x-correlation-id': 'a b' }, 400, 'invalid-request'],
    ['an idempotency key that is none', 'POST', '/commands/OpenTicket', JSON.stringify(ticket('x')), { 'idempotency-key': 'a b' }, 400, 'invalid-request'],
    ['a header that names the actor', 'POST', '/commands/OpenTicket', JSON.stringify(ticket('x')), { 'x-actor': 'ada' }, 400, 'invalid-request'],
  ])('is problem+json: %s', async (_, method, path, body, headers, status, type) => {
    const response = await api.fetch(path, { method, headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers }, ...(body !== undefined && { body }) });
    const problem = (await response.json()) as Record<string, unknown>;
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json; charset=utf-8']);
    expect(problem).toMatchObject({ type: `/problems/${type}`, title: expect.any(String), status, detail: expect.stringMatching(/\w.*[.!?+-]$/), instance: expect.stringMatching(/^\//), correlationId: response.headers.get('x-correlation-id') });
  });

  it('says what to send instead where the framework would only name it', async () => {
    const post = async (type: string, body: string) => (await (await api.fetch('/commands/OpenTicket', { method: 'POST', headers: { 'content-type': type }, body })).json()) as { detail: string };
    expect((await post('text/plain', 'x')).detail).toContain('Content-Type: application/json');
    expect((await post('application/json', `"${'x'.repeat(1_048_576)}"`)).detail).toContain('1 MiB');
  });

  it('has an address that explains it', async () => {
    const { body } = await api.get('/problems/wrong-state');
    expect(body).toMatchObject({ type: '/problems/wrong-state', status: 409, remedy: expect.any(String) });
    expect((await api.get('/problems')).body.problems.length).toBeGreaterThan(15);
    expect((await api.get('/problems/toString')).status).toBe(404);
  });

  it('names the methods that are possible', async () => {
    const response = await api.fetch('/views', { method: 'PUT' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('says so even where the request is not HTTP', async () => {
    const answer = await raw('NONSENSE\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('application/problem+json');
    expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe('a store that does not answer', () => {
  it('is a 503 with a time to come back, and no inner text', async () => {
    const events = new MemoryEventStore();
    const broken = await start({ contexts: [ticketContext], events });
    events.append = () => Promise.reject(new StoreUnavailable('/var/lib/secret/events.db: the disk is full'));
    const { status, headers, body } = await broken.send('OpenTicket', ticket('x'));
    expect([status, headers['retry-after'], body.type]).toEqual([503, '5', '/problems/unavailable']);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(JSON.stringify(broken.logged())).toContain('secret');
    await broken.close();
  });

  it('is logged once, however many requests find out', async () => {
    const events = new MemoryEventStore();
    const broken = await start({ contexts: [ticketContext], events });
    events.append = () => Promise.reject(new StoreUnavailable('the disk is full'));
    for (let number = 0; number < 20; number++) expect((await broken.send('OpenTicket', ticket(`x${number}`))).status).toBe(503);
    expect(broken.logged().filter(({ level }) => level !== 'info')).toMatchObject([{ level: 'error', msg: expect.stringContaining('a store cannot be used'), error: 'the disk is full' }]);
    await broken.close();
  });
});

describe('the correlation id', () => {
  it('comes back as it was given, and otherwise is made', async () => {
    expect((await api.get('/status', { 'x-correlation-id': 'talk/1' })).headers['x-correlation-id']).toBe('talk/1');
    expect((await api.get('/status')).headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('stands in each line that the log has of a request', async () => {
    await api.send('BreakTicket', { ticketId: 'x' }, { 'x-correlation-id': 'talk/2' });
    const lines = api.logged().filter(({ correlationId }) => correlationId === 'talk/2');
    expect(lines.map(({ msg }) => msg)).toEqual(['a request failed', 'request']);
    expect(lines[1]).toMatchObject({ level: 'info', method: 'POST', route: '/commands/:name', path: '/commands/BreakTicket', status: 500, milliseconds: expect.any(Number) });
  });
});

describe('those who watch the process', () => {
  it('are told that it lives and that it is ready', async () => {
    expect((await api.get('/health/live')).body).toEqual({ status: 'ok' });
    expect((await api.get('/health/ready')).body).toEqual({ status: 'ok', checks: { events: { ok: true }, documents: { ok: true }, views: { ok: true } } });
  });

  it('are told when a store does not answer', async () => {
    const events = new MemoryEventStore();
    const broken = await start({ contexts: [ticketContext], events });
    events.head = () => Promise.reject(new Error('gone'));
    const { status, body } = await broken.get('/health/ready');
    expect([status, body.checks.events.ok, body.checks.documents.ok]).toEqual([503, false, true]);
    expect((await broken.get('/health/live')).status).toBe(200);
    await broken.close();
  });

  it.each([
    ['fails', () => Promise.reject(new StoreUnavailable('gone'))],
    ['hangs', () => new Promise<number>(() => undefined)],
  ])('get metrics also while a store %s, and are told that the views are not known', async (_, head) => {
    const events = new MemoryEventStore();
    const broken = await start({ contexts: [ticketContext], events });
    expect((await broken.get('/metrics')).body).toMatch(/^guanxi_status_known 1$/m);
    expect((await broken.get('/metrics')).body).toMatch(/^guanxi_view_lag\{view="tickets"\} 0$/m);
    const well = events.head.bind(events);
    events.head = head;
    const { status, body } = await broken.get('/metrics');
    expect(status).toBe(200);
    expect(body).toMatch(/^guanxi_status_known 0$/m);
    expect(body).not.toMatch(/^guanxi_(view_lag|view_live|dead_letters|log_head)[ {]/m);
    events.head = well;
    expect((await broken.get('/metrics')).body).toMatch(/^guanxi_view_live\{view="tickets"\} 1$/m);
    await broken.close();
  });

  it('get metrics of commands, events, folds, views and requests', async () => {
    const { body: sent } = await api.send('OpenTicket', ticket('metrics'));
    await api.get(`/views/tickets/metrics?after=${sent.position as number}`);
    await api.send('RenameTicket', { ticketId: 'nobody', title: 'x' });
    const { headers, body } = await api.get('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    expect((body as string).split('\n')).toEqual(expect.arrayContaining([
      'guanxi_command_duration_seconds_count{command="OpenTicket",outcome="done"} 1',
      'guanxi_command_duration_seconds_count{command="RenameTicket",outcome="rejected"} 1',
      // Without the rules, which no command made.
      `guanxi_events_appended_total ${api.begun}`,
      `guanxi_events_folded_total{view="tickets"} ${api.begun + 1}`,
      'guanxi_view_lag{view="tickets"} 0',
      'guanxi_dead_letters{view="tickets"} 0',
      'guanxi_http_request_duration_seconds_count{method="GET",route="/views/:view/:key",status="200"} 1',
    ]));
  });
});
