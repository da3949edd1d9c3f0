import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contexts } from '#composition';
import { Outbox } from '#delivery';
import { dispatch, end, event, process, type Context } from '#event-sourcing';
import { Close, Closed, Count, counterContext } from '#event-sourcing/testing';
import { FollowUpScheduled } from '#interactions';
import { identity } from './identities.js';
import { start, type Started } from './support.js';

/** Counts on counters that were closed, which is refused; and cannot react to one of them. */
const stubborn = process<null>('stubborn', null, { summary: 'Never gives up' })
  .startsOn(Closed, ({ data }) => data.counterId, (_, { data: { counterId } }) => {
    if (counterId === 'broken') throw new Error('this one is beyond me');
    return [dispatch(Count, { counterId, by: 1 }), end()];
  });
const counters: Context = { ...counterContext([]), decisions: counterContext().decisions.map((decision) => ({ ...decision, options: { allow: ['sales'] } })), processes: [stubborn] };

let api: Started;
beforeAll(async () => {
  api = await start({ contexts: [...contexts, counters] });
  await api.engine.processes.start();
  await api.send('RegisterCustomer', { customerId: 'li', kind: 'person', name: 'Li Wei' });
  await api.send('RecordInteraction', { interactionId: 'call-1', customerId: 'li', channel: 'phone', direction: 'inbound', summary: 'Asked for an offer', followUpOn: '2026-01-05' });
  await api.send('RecordInteraction', { interactionId: 'call-2', customerId: 'li', channel: 'phone', direction: 'inbound', summary: 'Asked again', followUpOn: '2126-01-05' });
  for (const counterId of ['a', 'broken']) await api.send(Close.name, { counterId });
  await api.engine.processes.settled();
  await api.app.get(Outbox).settled();
}, 60_000);
afterAll(() => api.close(), 30_000);

describe('processes over HTTP', () => {
  it('tell how they are', async () => {
    const { body } = await api.get('/processes');
    expect(body.processes).toEqual(expect.arrayContaining([
      expect.objectContaining({ process: 'followupreminder', running: 1, ended: 1, attention: 0, deadlines: 1, nextDeadline: '2126-01-06T00:00:00.000Z' }),
      expect.objectContaining({ process: 'stubborn', summary: 'Never gives up', attention: 2 }),
    ]));
    expect((await api.get('/processes/deadlines?process=followupreminder')).body.items).toEqual([{ process: 'followupreminder', instanceId: 'call-2', deadline: 'day-passed', at: '2126-01-06T00:00:00.000Z', waits: false }]);
    const metrics = (await api.get('/metrics')).body as string;
    for (const line of ['guanxi_process_attention{process="stubborn"} 2', 'guanxi_process_deadlines{process="followupreminder"} 1', 'guanxi_outbox_messages{status="dead"} 0']) expect(metrics).toContain(line);
    expect(metrics).toContain('guanxi_process_reaction_seconds_count{process="followupreminder"} 2');
  });

  it('tell what waits for somebody, and are asked to try again', async () => {
    const { items } = (await api.get('/processes/attention')).body;
    expect(items).toMatchObject([{ instanceId: 'a', rejected: [{ command: 'Count', code: 'counter-closed' }] }, { instanceId: 'broken', stuck: { error: expect.stringContaining('beyond me') } }]);
    const { commandId } = items[0].rejected[0];
    await api.send('Reopen', { counterId: 'a' });
    expect(await api.post(`/processes/stubborn/a/retry?command=${commandId}`)).toMatchObject({ status: 200, body: { done: true, waiting: [] } });
    expect(await api.post('/processes/stubborn/broken/retry')).toMatchObject({ status: 200, body: { done: true, waiting: [{ instanceId: 'broken' }] } });
    expect(await api.post('/processes/stubborn/a/retry')).toMatchObject({ status: 409, body: { code: 'nothing-to-retry' } });
    expect(await api.post('/processes/nothing/a/retry')).toMatchObject({ status: 404, body: { code: 'process-not-found' } });
    expect((await api.get('/aggregates/stubborn/a/history')).body.events.map(({ type }: { type: string }) => type)).toEqual(['ProcessReacted', 'CommandDispatched', 'CommandRejected', 'RetryRequested', 'CommandHandled']);
  });
});

describe('a process that is paused over HTTP', () => {
  it('rests until it is resumed, and says since when and by whom', async () => {
    const paused = await api.post('/processes/stubborn/pause');
    expect(paused).toMatchObject({ status: 200, body: { process: 'stubborn', pausedSince: expect.any(String) } });
    expect((await api.get('/processes')).body.processes).toEqual(expect.arrayContaining([expect.objectContaining({ process: 'stubborn', pausedSince: paused.body.pausedSince })]));
    expect((await api.post('/processes/stubborn/resume')).body).not.toHaveProperty('pausedSince');
    expect((await api.post('/processes/nothing/pause')).status).toBe(404);
    const log = (await api.get('/events?type=ProcessPaused')).body.events;
    expect(log).toMatchObject([{ stream: 'process-stubborn', metadata: { actor: expect.stringMatching(/^key:/), source: 'http' } }]);
  });
});

describe('the page of the outbox', () => {
  it('is shown to everybody, holds nothing, and loads nothing from elsewhere', async () => {
    for (const [path, type] of [['/outbox.html', 'text/html'], ['/outbox.html/page.js', 'text/javascript']] as const) {
      const answer = await fetch(api.url + path);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 200, expect.stringContaining(type)]);
      expect(await answer.text()).not.toMatch(/https?:\/\/|Follow-up of/);
      if (type === 'text/html') expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
    }
  });
});

describe('the outbox over HTTP', () => {
  it('shows messages, and a mail as it is sent, to those who may read it', async () => {
    const { items } = (await api.get('/outbox?status=delivered')).body;
    expect(items).toMatchObject([{ kind: 'mail', customerId: 'li', reference: 'call-1', status: 'delivered', via: 'memory', sentBy: 'process:followupreminder' }]);
    const shown = await api.get(`/outbox/${items[0]._id}`);
    expect(shown.status).toBe(200);
    expect(shown.body).toContain('Subject: Follow-up of 2026-01-05 was missed');
    expect((await api.get('/outbox/nothing')).status).toBe(404);
    expect(await api.get('/outbox?status=sent')).toMatchObject({ status: 400, body: { detail: 'status must be one of queued, delivered, dead, not "sent".' } });
    const [developer, manager] = [await identity(api, ['developer']), await identity(api, ['manager'])];
    expect((await developer.get('/outbox')).body.items[0]).not.toHaveProperty('subject');
    expect((await developer.get(`/outbox/${items[0]._id}`)).status).toBe(403);
    expect((await manager.get(`/outbox/${items[0]._id}`)).status).toBe(200);
    expect((await api.send('RetryMessage', { messageId: items[0]._id })).status).toBe(409);
  });

  it('is part of what happened with the customer, cause by cause', async () => {
    const log = (await api.get('/aggregates/interaction/call-1/history')).body.events as { type: string; metadata: { causationId: string; actor: string } }[];
    const missed = log.find(({ type }) => type === 'FollowUpMissed')!;
    const reminder = (await api.get('/aggregates/followupreminder/call-1/history')).body.events as { id: string; type: string; metadata: { causationId: string } }[];
    expect(reminder.map(({ type }) => type)).toEqual(['ProcessReacted', 'DeadlineSet', 'DeadlineReached', 'ProcessReacted', 'CommandDispatched', 'CommandDispatched']);
    expect(missed.metadata).toMatchObject({ causationId: reminder[4]!.id, actor: 'process:followupreminder' });
    expect(reminder[2]!.metadata.causationId).toBe(reminder[1]!.id);
    expect(event(FollowUpScheduled, { interactionId: 'x', customerId: 'y', followUpOn: 'z' }).type.name).toBe(log[1]!.type);
  });
});
