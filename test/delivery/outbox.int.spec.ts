import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { openErasures } from '#composition';
import { Couriers, Outbox, RetryMessage, SendMail, SendWebhook, type DeliveryPlaces } from '#delivery';
import { Engine, SetClock, silentLog, type Document } from '#event-sourcing';
import { command } from '#event-sourcing/testing';
import { LocalMasterKey, personIdsIn, SubjectKeys, withSealing } from '#privacy';
import { MemoryDocumentStore, MemoryEventStore, MemoryKeyStore } from '#stores/memory';
import { RegisterCustomer } from '../../libs/customers/commands/lifecycle.js';
import { customers } from '../../libs/customers/context.js';
import { ScheduleFollowUp } from '../../libs/interactions/commands/follow-up.js';
import { RecordInteraction } from '../../libs/interactions/commands/record.js';
import { interactions } from '../../libs/interactions/context.js';
import { privacy } from '../../libs/privacy/context.js';
import { pauseAfter } from '../../libs/delivery/domain/back-off.js';
import { delivery } from '../../libs/delivery/context.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function world(places: Partial<DeliveryPlaces> = {}) {
  const events = new MemoryEventStore();
  const keys = new SubjectKeys(new MemoryKeyStore(), LocalMasterKey.inMemory());
  const clock = new SetClock('2026-01-05T12:00:00Z');
  const engine = new Engine({
    contexts: [customers, interactions, delivery, privacy], events, documents: new MemoryDocumentStore(), clock, protect: (log, types) => withSealing(log, keys, types), processes: { personsIn: personIdsIn },
  });
  const couriers = new Couriers({ from: 'Tea House <office@tea.example>', ...places });
  const outbox = new Outbox({ engine, courier: couriers, clock, log: silentLog });
  closers.push(() => outbox.stop().then(() => engine.stop()));
  await engine.start();
  await engine.processes.start();
  const row = async (messageId: string) => (await engine.views.get('outbox', messageId, { after: await events.head() })).value as Document;
  /** So much time passes, and all that is due is tried. */
  const later = async (milliseconds = 0) => {
    clock.set(new Date(clock.now().getTime() + milliseconds));
    await outbox.settled();
  };
  return { engine, events, keys, outbox, couriers, row, later };
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'guanxi-outbox-'));
  closers.push(() => rm(made, { recursive: true, force: true }));
  return join(made, 'outbox');
}

const mail = (fields: Partial<SendMail> = {}) => command(SendMail, { messageId: 'm1', customerId: 'li', to: ['li.wei@example.com'], subject: 'Thank you', text: 'Dear 李伟, thank you.', ...fields });

describe('mail without a mail server', () => {
  it('is written to a file named by its id, once however often it is delivered, and for its owner alone', async () => {
    const place = await folder();
    const { engine, couriers, outbox, row, later } = await world({ folder: place });
    await engine.commands.execute(mail());
    // It was delivered before, by a process that was killed then.
    await couriers.deliver({ messageId: 'm1', content: { kind: 'mail', subject: 'Thank you', text: 'Dear 李伟, thank you.' }, now: new Date() });
    await later();
    await later(60_000);
    expect(await readdir(place)).toEqual(['m1.eml']);
    const written = await readFile(join(place, 'm1.eml'), 'utf8');
    for (const part of ['To: li.wei@example.com', 'From: Tea House <office@tea.example>', 'Message-ID: <m1@tea.example>', 'X-Idempotency-Key: m1', 'Subject: Thank you']) expect(written).toContain(part);
    expect(await row('m1')).toMatchObject({ status: 'delivered', attempts: 1, via: 'folder' });
    expect(await outbox.text('m1')).toContain('Message-ID: <m1@tea.example>');
    expect(await outbox.text('m2')).toBeUndefined();
  });

  it('is under way once, also where somebody else asks for what is due meanwhile', async () => {
    const { engine, events, outbox, couriers } = await world({ folder: await folder() });
    const ids = Array.from({ length: 40 }, (_, index) => `m${index}`);
    for (const messageId of ids) await engine.commands.execute(mail({ messageId }));
    expect(await engine.projector.reaches('outbox', await events.head(), 10_000)).toBe(true);
    const asked: string[] = [];
    const deliver = couriers.deliver.bind(couriers);
    couriers.deliver = (delivery) => {
      asked.push(delivery.messageId);
      return deliver(delivery);
    };
    outbox.start();
    await Promise.all([outbox.deliverDue(), outbox.settled(), outbox.deliverDue()]);
    expect(asked.sort()).toEqual(ids.sort());
  });

  it('is removed with the person whom it is about, and reads as erased', async () => {
    const place = await folder();
    const { engine, events, keys, outbox, row, later } = await world({ folder: place });
    await engine.commands.execute(command(RegisterCustomer, { customerId: 'li', kind: 'person', name: 'Li Wei' }));
    await engine.commands.execute(mail());
    await engine.commands.execute(mail({ messageId: 'm2', customerId: 'wang' }));
    await engine.commands.execute(command(SendWebhook, { messageId: 'w1', customerId: 'li', type: 'card.sent', payload: { name: 'Li Wei' } }));
    await later();
    await engine.commands.execute(mail({ messageId: 'm3' }));
    const stored = JSON.stringify(await all(events));
    expect(stored).not.toMatch(/li\.wei@|Li Wei/);
    await openErasures(engine, { events, keys }, outbox).erase({ subject: 'customer-li', reason: 'request', actor: 'tester' });
    expect(await readdir(place)).toEqual(['m2.eml']);
    expect(await outbox.text('m1')).toContain('Subject: [erased]');
    expect(await row('m1')).toMatchObject({ subject: '[erased]', status: 'delivered' });
    await later();
    // What was still to be sent is not sent.
    expect(await row('m3')).toMatchObject({ status: 'dead' });
    expect(await readdir(place)).toEqual(['m2.eml']);
  });
});

describe('a process that knows a person who is erased', () => {
  it('forgets, sends nothing more, and ends what begins anew', async () => {
    const { engine, events, keys, outbox, later } = await world();
    const record = (interactionId: string, purpose?: string) => engine.commands.execute(command(RecordInteraction, { interactionId, customerId: 'li', channel: 'phone', direction: 'inbound', summary: 'x' }))
      .then(() => engine.commands.execute(command(ScheduleFollowUp, { interactionId, followUpOn: '2026-01-10', ...(purpose !== undefined && { purpose }) })));
    await engine.commands.execute(command(RegisterCustomer, { customerId: 'li', kind: 'person', name: 'Li Wei' }));
    await record('call-1', 'Bring the blue pot');
    await engine.commands.execute(command(RecordInteraction, { interactionId: 'call-2', customerId: 'li', channel: 'phone', direction: 'inbound', summary: 'x' }));
    await engine.processes.settled();
    expect(JSON.stringify(await all(events))).not.toContain('blue pot');
    await openErasures(engine, { events, keys }, outbox).erase({ subject: 'customer-li', reason: 'request', actor: 'tester' });
    await engine.commands.execute(command(ScheduleFollowUp, { interactionId: 'call-2', followUpOn: '2026-01-10' }));
    await later(30 * 86_400_000);
    await engine.processes.settled();
    const told = (await all(events)) as { stream: string; type: string }[];
    const of = (instance: string) => told.filter(({ stream }) => stream === `followupreminder-${instance}`).map(({ type }) => type);
    expect(of('call-1')).toEqual(['ProcessReacted', 'DeadlineSet', 'DeadlineReached']);
    expect(of('call-2')).toEqual(['ProcessReacted']);
    expect(told.filter(({ type }) => type === 'MailQueued')).toEqual([]);
    expect(await engine.processes.instances({ attention: true })).toEqual([]);
    expect(JSON.stringify((await engine.aggregates.state(engine.aggregate('followupreminder')!, 'call-1')).state)).not.toContain('blue pot');
  });
});

async function all(events: MemoryEventStore): Promise<object[]> {
  const found: object[] = [];
  for await (const page of events.readAll()) found.push(...page.events);
  return found;
}

describe('mail by a mail server', () => {
  /** Answers as it is told to; what it was sent. */
  async function mailServer(answers: (number | undefined)[]) {
    const received: string[] = [];
    const server = new SMTPServer({
      authOptional: true, disabledCommands: ['STARTTLS'], logger: false,
      onData: (stream, _session, done) => void text(stream).then((message) => {
        received.push(message);
        const responseCode = answers.shift();
        done(responseCode === undefined ? null : Object.assign(new Error('cannot take it'), { responseCode }));
      }),
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    return { received, url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}` };
  }

  it('is tried again later under the same id until it is taken', async () => {
    const { received, url } = await mailServer([451, 451, undefined]);
    const { engine, row, later } = await world({ smtp: url });
    await engine.commands.execute(mail());
    await later();
    expect(await row('m1')).toMatchObject({ status: 'queued', attempts: 1, error: expect.stringContaining('cannot take it') });
    await later(pauseAfter(1, 'm1') - 1_000);
    expect(received).toHaveLength(1);
    await later(1_000);
    await later(pauseAfter(2, 'm1'));
    expect(await row('m1')).toMatchObject({ status: 'delivered', attempts: 3, via: 'smtp' });
    expect(received.map((message) => /^Message-ID: (.*)$/im.exec(message)?.[1])).toEqual(Array(3).fill('<m1@tea.example>'));
  });

  it('is given up where it is refused for good, and sent when somebody asks for it', async () => {
    const { received, url } = await mailServer([550, undefined]);
    const { engine, row, later } = await world({ smtp: url });
    await engine.commands.execute(mail());
    await later();
    expect(await row('m1')).toMatchObject({ status: 'dead', attempts: 1 });
    await later(86_400_000);
    expect(received).toHaveLength(1);
    await engine.commands.execute(command(RetryMessage, { messageId: 'm1' }));
    await later();
    expect(await row('m1')).toMatchObject({ status: 'delivered', attempts: 1 });
  });
});

describe('a web hook', () => {
  const secret = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;

  it('is signed as Standard Webhooks has it, and called again under the same id until it answers', async () => {
    const calls: { headers: Record<string, string>; body: string }[] = [];
    const server = createServer((request, response) => void text(request).then((body) => {
      calls.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(calls.length === 1 ? 503 : 204).end();
    }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const { engine, row, later } = await world({ webhook: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, secret } });
    await engine.commands.execute(command(SendWebhook, { messageId: 'w1', customerId: 'li', type: 'order.paid', payload: { orderId: 'o1', total: 5 } }));
    await later();
    expect(await row('w1')).toMatchObject({ status: 'queued', attempts: 1, error: '503' });
    await later(pauseAfter(1, 'w1'));
    expect(await row('w1')).toMatchObject({ status: 'delivered', attempts: 2, via: 'webhook' });
    expect(calls.map(({ headers }) => headers['webhook-id'])).toEqual(['w1', 'w1']);
    expect(calls[0]!.headers['webhook-timestamp']).not.toBe(calls[1]!.headers['webhook-timestamp']);
    expect(JSON.parse(calls[1]!.body)).toMatchObject({ type: 'order.paid', data: { orderId: 'o1', total: 5 } });
    for (const { headers, body } of calls) {
      const signed = new Webhook(secret).sign(headers['webhook-id']!, new Date(Number(headers['webhook-timestamp']) * 1000), body);
      expect(headers['webhook-signature']).toBe(signed);
    }
  });
});
