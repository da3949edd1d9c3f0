import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Engine, RecordedEvent } from '#event-sourcing';
import { AppProcess } from './cluster/app-process.js';
import { disturb, type Disturbed } from './cluster/disturbance.js';
import { Load } from './cluster/load.js';
import { ClusterStores, whyNoCluster } from './cluster/stores.js';
import { everyView, rebuiltViews, watcher } from './cluster/views.js';

const SECONDS = Number(process.env['GUANXI_TEST_DISTURBED_SECONDS'] ?? '10');
const APIS = 2;
const PROJECTORS = 4;
const PARTITIONS = 4;
const TAKEOVERS = Math.ceil(SECONDS / 30);
const TAKEOVER_MS = 10_000;

const why = whyNoCluster();
if (why !== undefined) process.stderr.write(`The test of many processes is skipped: ${why}.\n`);

(why === undefined ? describe : describe.skip)(`${APIS} APIs and ${PROJECTORS} projectors under load, killed and frozen at random for ${SECONDS} s`, () => {
  const apis: AppProcess[] = [];
  const projectors: AppProcess[] = [];
  const takeovers: number[] = [];
  let stores: ClusterStores;
  let load: Load;
  let disturbed: Disturbed;
  let engine: Engine;
  let log: RecordedEvent[];

  beforeAll(async () => {
    stores = await ClusterStores.open({ own: false });
    await Promise.all([
      ...numbers(APIS).map(async (number) => apis.push(await AppProcess.start(`API ${number}`, 'api', { ...stores.env, GUANXI_PROJECT: 'off' }))),
      ...numbers(PROJECTORS).map(async (number) => projectors.push(await AppProcess.start(`projector ${number}`, 'projector', stores.env))),
    ]);
    await allAreReady();
    engine = watcher(stores.events, stores.documents);
    await engine.start();
    load = new Load(apis.map(({ url }) => url), 'many');
    await load.begin();
    disturbed = await disturb([...apis, ...projectors], SECONDS * 1_000);
    await allAreReady();
    for (let takeover = 0; takeover < TAKEOVERS; takeover++) takeovers.push(await killAndWaitForOthers(projectors[takeover]!));
    await load.end();
    log = await everything();
  }, (SECONDS + 180) * 1_000);

  afterAll(async () => {
    load?.abandon();
    await engine?.stop();
    for (const process of [...apis, ...projectors]) await process.kill();
    await stores?.remove();
  }, 60_000);

  it('have done real work, and were disturbed', () => {
    process.stderr.write(`${load.answers.size} commands, ${disturbed.kills} kills, ${disturbed.freezes} freezes; taken over after ${takeovers.map((each) => `${Math.round(each)} ms`).join(', ')}\n`);
    expect(load.answers.size).toBeGreaterThan(SECONDS * 10);
    expect(Math.min(disturbed.kills, disturbed.freezes)).toBeGreaterThanOrEqual((APIS + PROJECTORS) / 2);
  });

  it('have lost nothing that they acknowledged, and give everybody who sends a command the same answer', () => {
    const last = new Map(log.map(({ metadata, stream, revision, position }) => [metadata.commandId, { stream, revision, position }]));
    for (const answers of load.answers.values()) {
      for (const { commandId, stream, revision, position, events } of answers) {
        expect({ stream, revision, position }).toEqual(last.get(commandId));
        expect(events).toBe(1);
      }
    }
  });

  it('have done no command twice, and none that was not sent', () => {
    const sent = log.filter(({ metadata }) => metadata.source === 'http').map(({ metadata }) => metadata.commandId);
    expect(new Set(sent).size).toBe(sent.length);
    expect(sent.length).toBe(load.answers.size);
  });

  it('have streams without a gap', () => {
    const next = new Map<string, number>();
    for (const { stream, revision } of log) {
      expect(revision).toBe(next.get(stream) ?? 0);
      next.set(stream, revision + 1);
    }
  });

  it('have the views of a rebuild from zero, document by document', async () => {
    const [folded, rebuilt] = [await everyView(engine), await rebuiltViews(stores.env)];
    for (const [name, rows] of rebuilt) expect([name, folded.get(name)]).toEqual([name, rows]);
    expect(Math.max(...[...rebuilt.values()].map(({ size }) => size))).toBeGreaterThan(SECONDS);
    expect((await engine.projector.status()).views.filter(({ deadLetters, state }) => deadLetters > 0 || state !== 'live')).toEqual([]);
  }, 240_000);

  it(`take over from a killed worker within ${TAKEOVER_MS / 1_000} s`, () => {
    for (const milliseconds of takeovers) expect(milliseconds).toBeLessThan(TAKEOVER_MS);
  });

  async function allAreReady(): Promise<void> {
    for (const process of [...apis, ...projectors]) await process.becomes(200);
  }

  /** Kills a worker that has work. @returns milliseconds until what happened after it is in every partition of every view. */
  async function killAndWaitForOthers(projector: AppProcess): Promise<number> {
    await eachHasWork(projectors.filter(({ isAlive }) => isAlive).length);
    await inEveryView((await load.one()).position);
    const started = performance.now();
    await projector.kill();
    await inEveryView((await load.one()).position);
    return performance.now() - started;
  }

  async function inEveryView(position: number): Promise<void> {
    for (const name of engine.projector.names()) {
      if (!(await engine.projector.reaches(name, position, 60_000))) throw new Error(`${name} is not fed.`);
    }
  }

  async function eachHasWork(workers: number): Promise<void> {
    for (const end = performance.now() + 60_000; performance.now() < end; await pause(50)) {
      const shares = await stores.documents.find('leases', { filter: { kind: 'share' } });
      const leases = shares.filter(({ group }) => !String(group).startsWith('processes/'));
      const holders = new Set(leases.map(({ worker }) => worker));
      if (leases.length === PARTITIONS && !holders.has(null) && holders.size === workers) return;
    }
    throw new Error(`The shares were not divided among ${workers} workers.`);
  }

  async function everything(): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const page of stores.events.readAll()) events.push(...page.events);
    return events;
  }
});

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
