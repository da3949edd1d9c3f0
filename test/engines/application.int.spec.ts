import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leafOf, openAudit, provesInclusion, verifyLog } from '#audit';
import { loadConfiguration, openEngine, type OpenEngine } from '#composition';
import { withContext, type RecordedEvent } from '#event-sourcing';
import { ServerProcess } from './eventstoredb/server-process.js';

const LONG_MS = 300_000;
const NAMED = process.env['GUANXI_TEST_EVENT_STORE'];

// Keys and signed heads lie there, not in the folder of whoever runs the tests.
const folder = mkdtempSync(join(tmpdir(), 'guanxi-application-'));
let server: ServerProcess | undefined;
let opened: OpenEngine | undefined;
beforeAll(async () => {
  server = NAMED ? undefined : await ServerProcess.start();
  const env = { GUANXI_DATA: folder, GUANXI_EVENT_STORE: NAMED ?? server!.url, GUANXI_DOCUMENT_STORE: 'memory', GUANXI_EVENT_STORE_PREFIX: `test${randomUUID().slice(0, 8)}/` };
  opened = await openEngine(loadConfiguration(env));
});
afterAll(async () => {
  await opened?.close();
  await server?.kill();
  rmSync(folder, { recursive: true });
});

describe('the engine on EventStoreDB', () => {
  it('takes a command once, also when it comes twice at once, and shows what it did', async () => {
    const { engine } = opened!;
    const customerId = randomUUID();
    const { command } = engine.commands.byName('RegisterCustomer')!;
    const register = () => {
      const made = plainToInstance(command as new () => object, { customerId, kind: 'person', name: 'Zhang Wei' });
      return engine.commands.execute(withContext(made, { commandId: `register/${customerId}`, actor: 'tester' }));
    };
    const [one, other] = await Promise.all([register(), register()]);
    expect(one.position).toBe(other.position);
    const { value } = await engine.views.get('customers', customerId, { after: one.position });
    expect(value).toMatchObject({ name: 'Zhang Wei' });
  });

  it('has views at the end of the log, whatever else is in it', async () => {
    const { engine } = opened!;
    const { value } = await engine.views.find('policies', {}, { after: await engine.events.head() });
    expect(value.items.map(({ _id }) => _id)).toEqual(['lifecycle/1', 'loyalty/1']);
  });

  it('runs processes: what is due is reached once, and each event names its cause', async () => {
    const { engine } = opened!;
    const [customerId, interactionId] = [randomUUID(), randomUUID()];
    const send = (name: string, fields: object) => engine.commands.execute(withContext(plainToInstance(engine.commands.byName(name)!.command as new () => object, fields), { actor: 'tester' }));
    await engine.processes.start();
    await send('RegisterCustomer', { customerId, kind: 'person', name: 'Li Wei' });
    await send('RecordInteraction', { interactionId, customerId, channel: 'phone', direction: 'inbound', summary: 'Asked for an offer', followUpOn: '2020-01-05' });
    await engine.processes.settled();
    const told = async (stream: string) => {
      const events: RecordedEvent[] = [];
      for await (const page of opened!.stores.events.readStream(stream)) events.push(...page);
      return events;
    };
    const reminder = await told(`followupreminder-${interactionId}`);
    expect(reminder.map(({ type }) => type)).toEqual(['ProcessReacted', 'DeadlineSet', 'DeadlineReached', 'ProcessReacted', 'CommandDispatched', 'CommandDispatched']);
    const missed = (await told(`interaction-${interactionId}`)).filter(({ type }) => type === 'FollowUpMissed');
    expect(missed.map(({ metadata }) => metadata.causationId)).toEqual([reminder[4]!.id]);
    expect((await engine.processes.status()).find(({ process }) => process === 'followupreminder')).toMatchObject({ ended: 1, attention: 0, deadlines: 0 });
    await engine.processes.pause('followupreminder');
    await send('RecordInteraction', { interactionId: `${interactionId}-2`, customerId, channel: 'phone', direction: 'inbound', summary: 'Asked again', followUpOn: '2020-01-05' });
    await engine.processes.settled();
    expect(await told(`followupreminder-${interactionId}-2`)).toEqual([]);
    await engine.processes.resume('followupreminder');
    await engine.processes.settled();
    expect((await told(`followupreminder-${interactionId}-2`)).map(({ type }) => type)).toContain('DeadlineReached');
  }, LONG_MS);

  it('has a log that proves itself, by leaves without gaps and positions with gaps', async () => {
    const { events, documents } = opened!.stores;
    const audit = openAudit({}, { events, documents });
    const head = await audit.makeHead();
    expect(head.position).toBe(await events.head());
    const { event, index, proof } = (await audit.prove(head.position))!;
    expect([event.position, index]).toEqual([head.position, head.size - 1]);
    expect(provesInclusion(leafOf(event), index, head.size, proof, head.root)).toBe(true);
    expect((await audit.prove(event.id))?.index).toBe(index);
    expect(await verifyLog(audit, documents)).toMatchObject({ ok: true, events: head.size, position: head.position });
  });
});
