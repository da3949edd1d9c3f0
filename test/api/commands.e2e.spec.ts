import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start, type Started } from './support.js';
import { ticketContext } from './tickets.js';

let api: Started;
beforeAll(async () => {
  api = await start({ contexts: [ticketContext] });
});
afterAll(() => api.close(), 30_000);

const ticket = (ticketId: string, more: object = {}) => ({ ticketId, title: 'First', priority: 'low', ...more });

describe('a command over HTTP', () => {
  it('is answered with its stream, revision, position and id once its events are stored', async () => {
    const { status, headers, body } = await api.send('OpenTicket', ticket('a1'));
    expect(status).toBe(201);
    expect(body).toEqual({ stream: 'ticket-a1', revision: 0, position: expect.any(Number), commandId: expect.any(String), events: 1, repeated: false });
    expect(headers).toMatchObject({ etag: '"0"', location: '/aggregates/ticket/a1', 'x-position': String(body.position) });
  });

  it('that changes an existing aggregate is answered with 200', async () => {
    await api.send('OpenTicket', ticket('a2'));
    const { status, headers, body } = await api.send('RenameTicket', { ticketId: 'a2', title: 'Second' });
    expect([status, body.revision, headers['etag'], headers['location']]).toEqual([200, 1, '"1"', undefined]);
  });

  it('that changes nothing says so', async () => {
    await api.send('OpenTicket', ticket('a3'));
    expect((await api.send('RenameTicket', { ticketId: 'a3', title: 'First' })).body).toMatchObject({ events: 0, revision: 0 });
  });

  it('leaves who sent it, under which key and in which conversation in its events', async () => {
    await api.send('OpenTicket', ticket('a4'), { 'idempotency-key': 'my key'.replace(' ', '-'), 'x-correlation-id': 'talk-7' });
    const { body } = await api.get('/aggregates/ticket/a4/history');
    expect(body.events[0].metadata).toMatchObject({ actor: 'key:administrator', correlationId: 'talk-7', source: 'http', command: 'OpenTicket' });
  });

  it('is refused where it names another actor than whoever the key belongs to', async () => {
    const { status, body } = await api.send('OpenTicket', ticket('a5'), { 'x-actor': 'ada' });
    expect([status, body.detail]).toEqual([400, expect.stringContaining('Leave the header X-Actor out')]);
  });

  it('takes the time at which it happened', async () => {
    await api.send('OpenTicket', ticket('a6', { occurredAt: '2020-02-29' }));
    const { body } = await api.get('/aggregates/ticket/a6/history');
    expect(body.events[0].occurredAt).toBe('2020-02-29T00:00:00.000Z');
  });
});

describe('a command that is sent again', () => {
  it('happens once and is answered the same, status included', async () => {
    const key = { 'idempotency-key': 'once' };
    const first = await api.send('OpenTicket', ticket('b1'), key);
    await api.send('RenameTicket', { ticketId: 'b1', title: 'Later' });
    const second = await api.send('OpenTicket', ticket('b1'), key);
    expect(second.status).toBe(201);
    expect(second.body).toEqual({ ...first.body, repeated: true });
  });

  it('happens once when it is sent many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.send('OpenTicket', ticket('b2'), { 'idempotency-key': 'crowd' })));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.revision} ${body.position} ${body.commandId}`)).size).toBe(1);
    expect(answers.filter(({ body }) => !body.repeated)).toHaveLength(1);
    expect((await api.get('/aggregates/ticket/b2/history')).body.events).toHaveLength(1);
  });

  it('is the same whether its key stands in quotes or not', async () => {
    await api.send('OpenTicket', ticket('b3'), { 'idempotency-key': 'quoted-key' });
    expect((await api.send('OpenTicket', ticket('b3'), { 'idempotency-key': '"quoted-key"' })).body.repeated).toBe(true);
  });

  it('under the key of another command is refused', async () => {
    await api.send('OpenTicket', ticket('b4'), { 'idempotency-key': 'taken' });
    const { status, body } = await api.send('RenameTicket', { ticketId: 'b4', title: 'x' }, { 'idempotency-key': 'taken' });
    expect([status, body.type, body.usedFor]).toEqual([422, '/problems/command-id-reused', 'OpenTicket']);
  });
});

describe('a command that is wrong', () => {
  it('is told each field that has to change', async () => {
    const { status, headers, body } = await api.send('OpenTicket', { ticketId: 'no spaces', title: '', priority: 'urgent' });
    expect([status, headers['content-type']]).toEqual([400, 'application/problem+json; charset=utf-8']);
    expect(body).toMatchObject({ type: '/problems/invalid-command', status: 400, instance: '/commands/OpenTicket', correlationId: headers['x-correlation-id'], command: 'OpenTicket' });
    expect(body.fields.map(({ field }: { field: string }) => field)).toEqual(['ticketId', 'title', 'priority']);
  });

  it('is told what is missing in one sentence for each field, and by its whole path', async () => {
    const { body } = await api.send('OpenTicket', { ticketId: 'c0', tags: [{}], prioriti: 'low' });
    expect(body.fields).toEqual([
      { field: 'prioriti', messages: ['prioriti is no field here; leave it out'] },
      { field: 'title', messages: ['title is missing: it must be text that is not blank and has no control characters'] },
      { field: 'priority', messages: ['priority is missing: it must be one of the following values: low, high'] },
      { field: 'tags.0.label', messages: [expect.stringMatching(/^tags\.0\.label is missing: it must be /)] },
    ]);
  });

  it('is refused for fields that it does not have, nested ones too', async () => {
    const { status, body } = await api.send('OpenTicket', ticket('c1', { colour: 'red', tags: [{ label: 'a', size: 3 }], budget: { amount: 1, currency: 'EUR', tax: 2 } }));
    expect(status).toBe(400);
    expect(body.fields.map(({ field }: { field: string }) => field)).toEqual(['colour', 'tags.0.size', 'budget.tax']);
  });

  it.each([
    ['a rule that forbids it', 'RenameTicket', { ticketId: 'open-for-rules', title: 'forbidden' }, 422, 'rule-broken', 'title-forbidden'],
    ['a state that forbids it', 'OpenTicket', ticket('open-for-rules'), 409, 'wrong-state', 'ticket-is-open'],
    ['something that does not exist', 'RenameTicket', { ticketId: 'nowhere', title: 'x' }, 404, 'not-found', 'ticket-not-found'],
  ])('is told of %s, with a code for programs', async (_, command, content, status, type, code) => {
    await api.send('OpenTicket', ticket('open-for-rules'), { 'idempotency-key': 'open-for-rules' });
    const answer = await api.send(command, content);
    expect([answer.status, answer.body.type, answer.body.code]).toEqual([status, `/problems/${type}`, code]);
  });

  it('is told that there is no such command', async () => {
    const { status, body } = await api.send('OpenTicketPlease', {});
    expect([status, body.type, body.detail]).toEqual([404, '/problems/unknown-command', 'There is no command OpenTicketPlease. GET /commands lists all.']);
  });

  it('is told when its events are too large', async () => {
    const { status, body } = await api.send('FillTicket', { ticketId: 'c2', count: 2_500 });
    expect([status, body.type]).toEqual([413, '/problems/too-large']);
    expect((await api.get('/aggregates/ticket/c2')).status).toBe(404);
  });

  it('is answered with 500 and without inner text when the fault is ours, and the log has the rest', async () => {
    const { status, headers, body } = await api.send('BreakTicket', { ticketId: 'c3' });
    expect([status, body.type]).toEqual([500, '/problems/internal-error']);
    expect(JSON.stringify(body)).not.toContain('swordfish');
    const line = api.logged().find(({ msg, correlationId }) => msg === 'a request failed' && correlationId === headers['x-correlation-id']);
    expect(line).toMatchObject({ level: 'error', error: expect.stringContaining('swordfish'), stack: expect.stringContaining('TypeError') });
  });
});

describe('the list of commands', () => {
  it('names each with what it is for', async () => {
    const { body } = await api.get('/commands');
    expect(body.commands).toContainEqual({ name: 'OpenTicket', summary: 'Opens a ticket.', aggregate: 'ticket', idField: 'ticketId', href: '/commands/OpenTicket' });
  });
});
