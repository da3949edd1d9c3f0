import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStores } from '#composition';

const KILLS = 1;
const CONTRACTS_AT_ONCE = 30;
const CONTRACTS_BEFORE_KILL = 10;
const PAID_EVERY = 3;
const program = fileURLToPath(new URL('./dunning.js', import.meta.url));

interface Told {
  type: string;
  level?: number;
  open?: { amount: number };
}

let folder: string;
let signed = 0;
let dunnedBeforeEnd = 0;
const streams = new Map<string, Told[]>();
/** Of each mail that was written, its id. */
const mails = new Map<string, string[]>();

/** Runs the program until it has done everything, or kills it some moment after it has signed a few contracts and written the first mails. */
async function run(from: number, count: number, kill: boolean): Promise<void> {
  const child = spawn(process.execPath, [program, join(folder, 'data'), String(from), String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    signed = Math.max(signed, Number(line) + 1);
    if (kill && Number(line) === from + CONTRACTS_BEFORE_KILL) void killOnceItWrites(child);
  }
  const [code] = (await closed) as [number | null];
  if (!kill && code !== 0) throw new Error(`The program ended with ${code}.`);
}

async function killOnceItWrites(child: ChildProcess): Promise<void> {
  while (child.exitCode === null && (await written()).length === 0) await delay(5);
  await delay(Math.random() * 100);
  child.kill('SIGKILL');
}

const written = async () => (await readdir(join(folder, 'data'), { recursive: true })).filter((name) => name.endsWith('.eml')).map((name) => basename(name));
const notices = (told: readonly Told[]) => told.filter(({ type }) => type === 'DunningNoticeSent').map(({ level }) => level);

describe('a dunning run that is killed', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guanxi-dunning-'));
    for (let kill = 0; kill < KILLS; kill++) await run(Math.max(0, signed - 3), CONTRACTS_AT_ONCE, true);
    dunnedBeforeEnd = (await written()).length;
    await run(Math.max(0, signed - 3), 8, false);
    const stores = await openStores({ data: join(folder, 'data'), eventStore: 'embedded', documentStore: 'embedded' });
    for await (const page of stores.events.readAll()) for (const { stream, type, data } of page.events) streams.set(stream, [...(streams.get(stream) ?? []), { ...data, type }]);
    await stores.close();
    for (const name of await written()) {
      const subject = /^Subject: (.*)$/m.exec(await readFile(join(folder, 'data', 'outbox', name), 'utf8'))![1]!;
      mails.set(subject, [...(mails.get(subject) ?? []), name]);
    }
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('was in the middle of it', () => {
    expect(signed).toBeGreaterThan(KILLS * 5);
    expect(dunnedBeforeEnd).toBeGreaterThan(0);
    expect(dunnedBeforeEnd).toBeLessThan([...mails.values()].flat().length);
  });

  it('has forgotten nobody: every level of each contract that is not paid was sent, once and in order', () => {
    for (let number = 0; number < signed; number++) {
      const told = streams.get(`contract-contract-${number}`)!;
      if (number % PAID_EVERY !== 0) expect([number, notices(told)]).toEqual([number, [1, 2, 3]]);
    }
  });

  it('has stopped where it was paid', () => {
    for (let number = 0; number < signed; number += PAID_EVERY) {
      const told = streams.get(`contract-contract-${number}`)!;
      const paidAt = told.findIndex(({ type, open }) => type === 'PaymentAllocated' && open?.amount === 0);
      expect([number, paidAt >= 0 || told.some(({ type }) => type === 'PaymentReceived')]).toEqual([number, true]);
      if (paidAt >= 0) expect([number, notices(told.slice(paidAt))]).toEqual([number, []]);
    }
  });

  it('has written each notice under one id, and to the end', () => {
    const sent = [...streams].filter(([stream]) => stream.startsWith('contract-')).flatMap(([, told]) => notices(told)).length;
    expect([...mails].filter(([, ids]) => ids.length > 1)).toEqual([]);
    expect(mails.size).toBe(sent);
    const messages = [...streams].filter(([stream]) => stream.startsWith('message-')).map(([, told]) => told);
    expect(messages).toHaveLength(sent);
    for (const told of messages) expect([told[0]!.type, told.at(-1)!.type]).toEqual(['MailQueued', 'MessageDelivered']);
  });
});
