import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#event-sourcing';
import { DataFolder } from '../data-folder.js';
import { SqliteEventStore } from './sqlite-event-store.js';
import { checkIndex, happened, readAll, readStream } from './testing.js';

interface Acknowledged {
  stream: string;
  ids: string[];
  revision: number;
  position: number;
}

const PROGRAM = fileURLToPath(new URL('./append-until-killed.js', import.meta.url));

describe('a process killed in the middle of appends', () => {
  const path = mkdtempSync(join(tmpdir(), 'event-store-'));
  const acknowledged: Acknowledged[] = [];
  let folder: DataFolder;
  let store: SqliteEventStore;
  let log: RecordedEvent<{ batch: string; of: number }>[];

  beforeAll(async () => {
    // Three times, so that the later ones start on what the earlier ones left.
    for (const count of [40, 700, 300]) acknowledged.push(...(await appendAndKill(path, count)));
    folder = await DataFolder.open(path);
    store = await SqliteEventStore.open({ folder, segmentSize: 50 });
    log = (await readAll(store)) as typeof log;
  }, 60_000);
  afterAll(async () => {
    await store.close();
    await folder.close();
    rmSync(path, { recursive: true });
  });

  it('has lost nothing that was acknowledged', () => {
    const byId = new Map(log.map((event) => [event.id, event]));
    for (const { stream, ids, revision, position } of acknowledged) {
      expect(ids.map((id) => byId.get(id)?.stream)).toEqual(ids.map(() => stream));
      expect(byId.get(ids.at(-1)!)).toMatchObject({ revision, position });
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(1040);
  });

  it('has left no append in part', () => {
    const counts = new Map<string, number>();
    for (const { data, stream } of log) counts.set(`${stream} ${data.batch}`, (counts.get(`${stream} ${data.batch}`) ?? 0) + 1);
    for (const { data, stream } of log) expect(counts.get(`${stream} ${data.batch}`)! % data.of).toBe(0);
  });

  it('has left consecutive positions and revisions, and streams that read as the log says', async () => {
    expect(log.map(({ position }) => position)).toEqual(log.map((_, i) => i + 1));
    for (const stream of new Set(log.map((event) => event.stream))) {
      const ofStream = log.filter((event) => event.stream === stream);
      expect(ofStream.map(({ revision }) => revision)).toEqual(ofStream.map((_, i) => i));
      expect((await readStream(store, stream)).map(({ id }) => id)).toEqual(ofStream.map(({ id }) => id));
    }
    checkIndex(store);
  });

  it('goes on where it stopped', async () => {
    const { position } = await store.append('customer-0-0', 'exists', [happened()]);
    expect(position).toBe(log.length + 1);
  });
});

describe('a process that exits in the middle of appends', () => {
  it('ends without a crash of the writing thread', async () => {
    const path = mkdtempSync(join(tmpdir(), 'event-store-'));
    for (const answered of [1, 50, 333]) {
      const child = spawn(process.execPath, [PROGRAM, path, String(answered)], { stdio: ['ignore', 'ignore', 'inherit'] });
      expect(await once(child, 'exit')).toEqual([0, null]);
    }
    rmSync(path, { recursive: true });
  });
});

async function appendAndKill(path: string, afterAcknowledged: number): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [PROGRAM, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: Acknowledged[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    // The last line may be cut off by the kill.
    if (line.endsWith('}')) acknowledged.push(JSON.parse(line) as Acknowledged);
    if (acknowledged.length === afterAcknowledged) child.kill('SIGKILL');
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(afterAcknowledged);
  return acknowledged;
}
