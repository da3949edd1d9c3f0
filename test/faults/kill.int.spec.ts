import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Engine, type Document, type DocumentStore } from '#event-sourcing';
import { contexts, loadConfiguration, openEngine, type OpenEngine } from '#composition';
import { MemoryDocumentStore } from '#stores/memory';
import type { Acknowledged } from './load.js';

const KILLS = 100;
/** Acknowledgements that are waited for before a kill, at the most. */
const WAITED_FOR = 30;
/** Milliseconds from there to the kill, at the most. */
const LATER_MS = 100;
const program = fileURLToPath(new URL('./load.js', import.meta.url));

/** Runs the load from a command on and kills it some time after it acknowledged some: at random, but not before it works, however slow the machine is. */
async function runAndKill(folder: string, from: number): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [program, folder, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const acknowledged: Acknowledged[] = [];
  const waitedFor = Math.floor(Math.random() * (WAITED_FOR + 1));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.endsWith('}')) acknowledged.push(JSON.parse(line) as Acknowledged);
    if ((line === 'ready' || line.endsWith('}')) && acknowledged.length === waitedFor) setTimeout(() => child.kill('SIGKILL'), Math.random() * LATER_MS);
  }
  const [code, signal] = (await closed) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error(`The load ended by itself with ${code}.`);
  return acknowledged;
}

function firstMissing(acknowledged: readonly Acknowledged[]): number {
  const numbers = new Set(acknowledged.map(({ number }) => number));
  let first = 0;
  while (numbers.has(first)) first++;
  return first;
}

async function everything(engine: Engine, documents: DocumentStore, view: string): Promise<string[]> {
  if (!(await engine.projector.reaches(view, await engine.events.head(), 60_000))) throw new Error(`${view} did not catch up.`);
  const all: Document[] = [];
  for await (const page of documents.scan(engine.projector.get(view).answering!)) all.push(...page);
  return all.map((document) => JSON.stringify(document));
}

describe(`a process killed at ${KILLS} random moments under load`, () => {
  const acknowledged: Acknowledged[] = [];
  let folder: string;
  let survivor: OpenEngine;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guanxi-kill-'));
    // A first start publishes the policies that views depend on.
    await (await openEngine(loadConfiguration({ GUANXI_DATA: folder }))).close();
    for (let kill = 0; kill < KILLS; kill++) {
      // Each run sends what was not acknowledged and some of what was before it: nobody knows which of them had happened.
      const from = firstMissing(acknowledged) - 30;
      acknowledged.push(...(await runAndKill(folder, Math.max(0, from))));
    }
    survivor = await openEngine(loadConfiguration({ GUANXI_DATA: folder }));
  }, 600_000);

  afterAll(async () => {
    await survivor?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('has done real work each time', () => {
    expect(acknowledged.length).toBeGreaterThan(KILLS * 10);
  });

  it('has lost nothing that it acknowledged and done nothing twice', async () => {
    const events = new Map<string, { revision: number; position: number }>();
    const times = new Map<string, number>();
    for await (const page of survivor.engine.events.readAll()) {
      for (const { metadata, stream, revision, position, type } of page.events) {
        const key = `${metadata.commandId} ${stream}`;
        events.set(key, { revision, position });
        // A command of the load makes one event; one that a first start sends may make one of each of several types.
        const once = metadata.actor === 'load' ? key : `${key} ${type}`;
        times.set(once, (times.get(once) ?? 0) + 1);
      }
    }
    expect([...times].filter(([, count]) => count !== 1)).toEqual([]);
    const missing = acknowledged.filter(({ commandId, stream, revision, position, events: made }) => {
      const found = events.get(`${commandId} ${stream}`);
      return made > 0 && (found?.revision !== revision || found.position !== position);
    });
    expect(missing).toEqual([]);
  });

  it('has streams without a gap', async () => {
    const next = new Map<string, number>();
    for await (const page of survivor.engine.events.readAll()) {
      for (const { stream, revision } of page.events) {
        expect(revision).toBe(next.get(stream) ?? 0);
        next.set(stream, revision + 1);
      }
    }
  });

  it('has the views of a rebuild from zero, byte for byte', async () => {
    const documents = new MemoryDocumentStore();
    const rebuilt = new Engine({ contexts, events: survivor.engine.events, documents });
    await rebuilt.start();
    for (const view of rebuilt.projector.names()) {
      expect(await everything(survivor.engine, survivor.engine.documents, view)).toEqual(await everything(rebuilt, documents, view));
    }
    await rebuilt.stop();
  }, 120_000);
});
