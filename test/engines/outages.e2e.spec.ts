import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppProcess } from './cluster/app-process.js';
import { AUTHORIZATION } from './cluster/authorization.js';
import { sendUntilAnswered, type Command } from './cluster/commands-over-http.js';
import { ClusterStores } from './cluster/stores.js';
import { whyNotInstalled } from './mongodb/installation.js';

/** Ways in which a store that was started here can be away, and how each ends. */
const OUTAGES = ['the event store is killed', 'the event store hangs', 'the event store has no leader', 'the document store is killed', 'the document store hangs'] as const;
type Outage = (typeof OUTAGES)[number];

const REFUSED_AT_ONCE: readonly Outage[] = ['the event store is killed', 'the event store has no leader'];
const REQUESTS = 40;
const SLOW_MS = 500;
const LONG_MS = 90_000;

const why = whyNotInstalled();
if (why !== undefined) process.stderr.write(`The test of outages is skipped: ${why}.\n`);

(why === undefined ? describe : describe.skip)('2 APIs and a projector whose stores go away', () => {
  let stores: ClusterStores;
  let apis: AppProcess[];
  let all: AppProcess[];
  let customers = 0;

  beforeAll(async () => {
    stores = await ClusterStores.open({ own: true });
    await Promise.all([events().kill(), documents().kill()]);
    all = await Promise.all([
      ...['API 1', 'API 2'].map((name) => AppProcess.start(name, 'api', { ...stores.env, GUANXI_PROJECT: 'off' })),
      AppProcess.start('projector', 'projector', stores.env),
    ]);
    apis = all.slice(0, 2);
  }, LONG_MS);

  afterAll(async () => {
    for (const process of all ?? []) await process.kill();
    await stores?.remove();
  }, LONG_MS);

  it('start while both are away, say so, and begin when they come', async () => {
    for (const process of all) await process.becomes(503);
    for (const api of apis) await expectUnavailable(api);
    await Promise.all([events().restart(), documents().restart()]);
    for (const process of all) await process.becomes(200);
    await isShown(await registered());
  }, LONG_MS);

  it.each(OUTAGES)('are not ready while %s, and go on by themselves', async (outage) => {
    await registered();
    await begin(outage);
    for (const process of all) await process.becomes(503);
    for (const process of all) expect(await statusOf(`${process.url}/health/live`)).toBe(200);
    for (const process of all) expect(await statusOf(`${process.url}/metrics`)).toBe(200);
    const command = registration();
    const sent = apis.map(({ url }) => sendUntilAnswered([url], command));
    if (REFUSED_AT_ONCE.includes(outage)) {
      for (let request = 0; request < REQUESTS; request++) await expectUnavailable(apis[request % apis.length]!);
    }
    await end(outage);
    for (const process of all) await process.becomes(200);
    const [one, other] = await Promise.all(sent);
    expect(other).toMatchObject({ stream: one!.stream, revision: one!.revision, position: one!.position, events: 1 });
    await isShown(command.fields.customerId);
    expect(await historyOf(command.fields.customerId)).toHaveLength(1);
  }, LONG_MS);

  it('are only slower while the event store answers slowly', async () => {
    await events().set({ answerAfterMs: SLOW_MS });
    const [began, said] = [performance.now(), all.map(({ lines }) => lines.length)];
    const customer = await registered();
    expect(performance.now() - began).toBeGreaterThanOrEqual(SLOW_MS);
    expect((await Promise.all(all.map((process) => process.readiness()))).map((told) => told?.status)).toEqual([200, 200, 200]);
    await events().set({ answerAfterMs: 0 });
    await isShown(customer);
    expect(all.map(({ lines }) => lines.length)).toEqual(said);
  }, LONG_MS);

  it('take a command that is sent to both at once as one, and give both senders the same answer', async () => {
    for (let number = 0; number < 4; number++) {
      const command = registration();
      const [one, other] = await Promise.all(apis.map(({ url }) => sendUntilAnswered([url], command)));
      expect({ ...other, repeated: true }).toEqual({ ...one, repeated: true });
      expect(await historyOf(command.fields.customerId)).toHaveLength(1);
    }
  }, LONG_MS);

  it('have said of each outage that it began, and no more', () => {
    const outages = OUTAGES.length + 1;
    for (const { lines, name } of all) {
      const times = new Map<string, number>();
      for (const { level, msg } of lines) if (level !== 'info') times.set(msg, (times.get(msg) ?? 0) + 1);
      expect([name, [...times].filter(([, count]) => count > outages)]).toEqual([name, []]);
      expect([name, lines.filter(({ level }) => level === 'fatal')]).toEqual([name, []]);
    }
  });

  it('still run, and end in order', async () => {
    for (const process of all) expect([process.name, process.isAlive, await process.end()]).toEqual([process.name, true, 0]);
  }, LONG_MS);

  const events = () => stores.servers.events!;
  const documents = () => stores.servers.documents!;

  async function begin(outage: Outage): Promise<void> {
    const store = outage.startsWith('the event store') ? events() : documents();
    if (outage.endsWith('killed')) await store.kill();
    else if (outage.endsWith('hangs')) store.freeze();
    else await loseLeader();
  }

  async function end(outage: Outage): Promise<void> {
    const store = outage.startsWith('the event store') ? events() : documents();
    if (outage.endsWith('killed')) await store.restart();
    else if (outage.endsWith('hangs')) store.thaw();
    else await events().set({ notReady: false });
  }

  /** As while a cluster elects one: whoever followed the log has to come again, and every call is refused. */
  async function loseLeader(): Promise<void> {
    await events().set({ notReady: true });
    await events().dropSubscriptions();
  }

  function registration(): Command & { fields: { customerId: string } } {
    const customerId = `customer${customers++}`;
    return { name: 'RegisterCustomer', fields: { customerId, kind: 'person', name: 'Li Wei' }, key: `register/${customerId}` } as Command & { fields: { customerId: string } };
  }

  async function registered(): Promise<string> {
    const command = registration();
    await sendUntilAnswered(apis.map(({ url }) => url), command);
    return command.fields.customerId;
  }

  async function expectUnavailable({ url }: AppProcess): Promise<void> {
    const headers = { ...AUTHORIZATION, 'content-type': 'application/json', 'idempotency-key': 'never' };
    const answer = await fetch(`${url}/commands/RenameCustomer`, { method: 'POST', headers, body: JSON.stringify({ customerId: 'nobody', name: 'Nobody' }) });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  }

  async function isShown(customerId: string): Promise<void> {
    for (const end = performance.now() + 30_000; performance.now() < end; await pause(50)) {
      const found = await Promise.all(apis.map(({ url }) => statusOf(`${url}/views/customers/${customerId}`)));
      if (found.every((status) => status === 200)) return;
    }
    throw new Error(`${customerId} is not in the view customers.`);
  }

  async function historyOf(customerId: string): Promise<unknown[]> {
    const answer = await fetch(`${apis[0]!.url}/aggregates/customer/${customerId}/history`, { headers: AUTHORIZATION });
    return ((await answer.json()) as { events: unknown[] }).events;
  }
});

async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url, { headers: AUTHORIZATION });
  await answer.arrayBuffer();
  return answer.status;
}
