import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openEngine, loadConfiguration, type OpenEngine } from '#composition';
import type { CommandResult, Engine } from '#event-sourcing';
import { CUSTOMERS, numberedCommand } from '../faults/numbered-command.js';
import { Workplace } from './support.js';

jest.setTimeout(120_000);

const LANES = 8;
const BEFORE = 300;

describe('A backup of a data folder that a server writes to', () => {
  const place = new Workplace();
  const copy = place.file('copy');
  const acknowledged: CommandResult[] = [];
  let before: number;
  let backup: { from: string; to: string; bytes: number };

  beforeAll(async () => {
    const url = await place.serve();
    let next = 0;
    let loading = true;
    const send = async (number: number) => {
      const [name, fields] = numberedCommand(number);
      const answer = await place.fetch(`${url}/commands/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fields) });
      if (!answer.ok) throw new Error(`${name} was answered ${answer.status}: ${await answer.text()}`);
      acknowledged.push((await answer.json()) as CommandResult);
    };
    while (next < CUSTOMERS) await send(next++);
    const lanes = Promise.all(Array.from({ length: LANES }, async () => {
      while (loading) await send(next++);
    }));
    while (acknowledged.length < BEFORE) await new Promise((resolve) => setTimeout(resolve, 5));
    before = acknowledged.length;
    backup = await place.json('backup', copy, '--with-keys');
    const atItsEnd = acknowledged.length;
    while (acknowledged.length < atItsEnd + LANES) await new Promise((resolve) => setTimeout(resolve, 5));
    loading = false;
    await lanes;
  });
  afterAll(() => place.remove());

  it('goes into a folder of its own, while commands are taken', () => {
    expect(backup).toMatchObject({ to: expect.stringContaining(copy), bytes: expect.any(Number) });
    expect(acknowledged.length).toBeGreaterThan(before);
  });

  it('is not written over another', async () => {
    const { code, stderr } = await place.guanxi('backup', copy);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/already exists.*Give a new file/)]);
  });

  it('holds all that was acknowledged before it began, and of what came later a beginning without a gap', async () => {
    await place.stop();
    const [original, restored] = [await eventsOf(place.data), await eventsOf(copy)];
    expect(restored.length).toBeLessThan(original.length);
    expect(restored).toEqual(original.slice(0, restored.length));
    const positions = new Set(restored.map(({ position }) => position));
    expect(acknowledged.slice(0, before).filter(({ position }) => !positions.has(position))).toEqual([]);
  });

  it('is a data folder whose views are filled again and equal a replay, and that takes commands', async () => {
    const { code, stderr, stdout } = await place.guanxi('--data', copy, 'replay', '--verify');
    expect([code, stderr === '' ? stdout : stderr]).toEqual([0, expect.any(String)]);
    const rows = await place.json<unknown[]>('--data', copy, 'views', 'customers', '--all');
    expect(rows).toHaveLength(CUSTOMERS);
  });
});

async function eventsOf(folder: string): Promise<{ id: string; position: number; stream: string; data: object }[]> {
  const opened: OpenEngine = await openEngine(loadConfiguration({ GUANXI_DATA: folder }), { project: false });
  const events = await all(opened.engine);
  await opened.close();
  return events;
}

async function all(engine: Engine): Promise<{ id: string; position: number; stream: string; data: object }[]> {
  const events = [];
  for await (const page of engine.events.readAll()) for (const { id, position, stream, data } of page.events) events.push({ id, position, stream, data });
  return events;
}
