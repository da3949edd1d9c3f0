import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { openStores } from '#composition';

const KILLS = 3;
const TALKS_AT_ONCE = 40;
const TALKS_BEFORE_KILL = 12;
const program = fileURLToPath(new URL('./reminders.js', import.meta.url));

/** Of each talk that a mail reminds of, the ids under which it came. */
const mails = new Map<string, string[]>();
let server: SMTPServer;
let folder: string;
let recorded = 0;
const streams = new Map<string, string[]>();

/** Runs the program until it has done everything, or kills it some moment after it has recorded a few talks. */
async function run(from: number, count: number, kill: boolean): Promise<void> {
  const smtp = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [program, join(folder, 'data'), smtp, String(from), String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    if (!/^\d+$/.test(line)) continue;
    recorded = Math.max(recorded, Number(line) + 1);
    if (kill && Number(line) === from + TALKS_BEFORE_KILL) setTimeout(() => child.kill('SIGKILL'), Math.random() * 400);
  }
  const [code] = (await closed) as [number | null];
  if (!kill && code !== 0) throw new Error(`The program ended with ${code}.`);
}

describe(`a run of reminders that is killed ${KILLS} times`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guanxi-reminders-'));
    server = new SMTPServer({
      authOptional: true, disabledCommands: ['STARTTLS'], logger: false,
      onData: (stream, _session, done) => void text(stream).then((message) => {
        const id = /^Message-ID: <(.*)@/im.exec(message)![1]!;
        const talk = /^Interaction: (talk-\d+)/m.exec(message)![1]!;
        mails.set(talk, [...(mails.get(talk) ?? []), id]);
        done(null);
      }, done),
    });
    // Connections of who is killed break off.
    server.on('error', (error) => expect(error.message).toMatch(/ECONNRESET|EPIPE|closed before/));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    for (let kill = 0; kill < KILLS; kill++) await run(Math.max(0, recorded - 5), TALKS_AT_ONCE, true);
    await run(Math.max(0, recorded - 5), 10, false);
    const stores = await openStores({ data: join(folder, 'data'), eventStore: 'embedded', documentStore: 'embedded' });
    for await (const page of stores.events.readAll()) for (const { stream, type } of page.events) streams.set(stream, [...(streams.get(stream) ?? []), type]);
    await stores.close();
  }, 60_000);

  afterAll(async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await rm(folder, { recursive: true, force: true });
  });

  it('has done real work', () => expect(recorded).toBeGreaterThan(KILLS * 5));

  it('has forgotten nothing: every talk is reminded of, and what became of it recorded', () => {
    for (let number = 0; number < recorded; number++) {
      expect([number, streams.get(`interaction-talk-${number}`)!.filter((type) => type === 'FollowUpMissed')]).toEqual([number, ['FollowUpMissed']]);
      expect([number, mails.has(`talk-${number}`)]).toEqual([number, true]);
    }
    const messages = [...streams].filter(([stream]) => stream.startsWith('message-'));
    expect(messages).toHaveLength(recorded);
    for (const [, types] of messages) expect([types[0], types.at(-1)]).toEqual(['MailQueued', 'MessageDelivered']);
  });

  it('has sent nothing under two ids', () => {
    expect([...mails].filter(([, ids]) => new Set(ids).size > 1)).toEqual([]);
    expect(new Set([...mails.values()].flat()).size).toBe(recorded);
  });

  it('has reacted to each cause once', () => {
    for (const [stream, types] of streams) if (stream.startsWith('followupreminder-')) expect([stream, types]).toEqual([stream, ['ProcessReacted', 'DeadlineSet', 'DeadlineReached', 'ProcessReacted', 'CommandDispatched', 'CommandDispatched']]);
  });
});
