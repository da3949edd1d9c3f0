import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RecordingLog } from '#event-sourcing/testing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { type Audit } from '../audit.js';
import { openAudit } from '../open-audit.js';
import { appendNotes } from '../testing.js';
import { provesConsistency } from '../tree/proofs.js';
import { AuditKey } from './audit-key.js';
import { HeadSchedule } from './head-schedule.js';
import { openHead, signHead, type Head } from './head.js';
import { HeadFolder, HeadsInMemory } from './kept-heads.js';
import { InvalidNote, parseVerifierKey, signedNote, textOfNote, verifierKey } from './signed-note.js';
import { Witness } from './witness.js';

const folder = mkdtempSync(join(tmpdir(), 'guanxi-heads-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
let path: string;
beforeEach(() => {
  path = join(folder, String(count++));
});

const root = Buffer.alloc(32, 7);
const at = (size: number) => ({ size, root, position: size, time: '2026-01-05T12:00:00.000Z' });

describe('a signed note', () => {
  it('has the form and the signature that the notes of Go checksum databases have', () => {
    // A public example: the key and a note of the Go module checksum database.
    const key = parseVerifierKey('sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8');
    expect([key.name, verifierKey(key)]).toEqual(['sum.golang.org', 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8']);
  });

  it('is opened by its key alone', () => {
    const [key, other] = [AuditKey.inMemory(), AuditKey.inMemory()];
    const note = signedNote('a\nb\n', key, key.sign('a\nb\n'));
    expect(note).toMatch(/^a\nb\n\n— guanxi\/[0-9a-f]{16} [A-Za-z0-9+/=]+\n$/);
    expect(textOfNote(note, parseVerifierKey(verifierKey(key)))).toBe('a\nb\n');
    expect(textOfNote(`${note}— witness.example abcd\n`, key)).toBe('a\nb\n');
    expect(() => textOfNote(note, other)).toThrow(/^It is not signed by guanxi/);
    expect(() => textOfNote(note.replace('b', 'c'), key)).toThrow(/does not fit the text/);
    expect(() => textOfNote('a\n', key)).toThrow(InvalidNote);
    expect(() => parseVerifierKey('a+b+c')).toThrow(InvalidNote);
    expect(() => parseVerifierKey(verifierKey(key).replace('guanxi', 'another'))).toThrow(/does not fit/);
  });

  it('is a head only where it says what heads say', () => {
    const key = AuditKey.inMemory();
    expect(openHead(signHead(key, at(12)).checkpoint, key)).toMatchObject(at(12));
    const text = `${key.name}\nmany\n${root.toString('base64')}\n`;
    expect(() => openHead(signedNote(text, key, key.sign(text)), key)).toThrow('It is signed, and is no head of this log.');
  });
});

describe('the key', () => {
  it('is made for its owner alone, and found again', () => {
    const key = AuditKey.inFile(join(path, 'deep', 'key.pem'), true);
    expect(statSync(join(path, 'deep', 'key.pem')).mode & 0o777).toBe(0o600);
    expect(verifierKey(AuditKey.inFile(join(path, 'deep', 'key.pem'), false))).toBe(verifierKey(key));
  });

  it('is refused with what to do where it is none', () => {
    writeFileSync(path, 'my key');
    expect(() => AuditKey.inFile(path, true)).toThrow(/cannot be used: it is no private key in PEM/);
    rmSync(path);
    expect(() => AuditKey.inFile(path, false)).toThrow(/it is missing, and heads signed with it are there\. Put the key back/);
    expect(() => AuditKey.inFile(folder, true)).toThrow(/cannot be read/);
  });

  it('may be one that was made elsewhere, of the right kind', () => {
    const make = ({ privateKey }: { privateKey: KeyObject }) => writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    make(generateKeyPairSync('ed25519'));
    expect(AuditKey.inFile(path, false).name).toMatch(/^guanxi\//);
    make(generateKeyPairSync('x25519'));
    expect(() => AuditKey.inFile(path, false)).toThrow(/no Ed25519 key/);
  });

  it('is not made anew beside the heads of a lost one', async () => {
    const places = { keyFile: join(path, 'key.pem'), headsFolder: join(path, 'heads') };
    const stores = { events: new MemoryEventStore(), documents: new MemoryDocumentStore() };
    await openAudit(places, stores).makeHead();
    rmSync(places.keyFile);
    expect(() => openAudit(places, stores)).toThrow(/it is missing/);
  });
});

describe('the folder of heads', () => {
  it('has a file for each head, in the order of sizes, and two where trees of one size differ', async () => {
    const key = AuditKey.inMemory();
    const heads = new HeadFolder(path, key);
    expect(await heads.latest()).toBeUndefined();
    const made = [at(1000), at(9), at(9), { ...at(9), root: Buffer.alloc(32, 8) }].map((head) => signHead(key, head));
    for (const head of made) await heads.keep(head);
    expect(readdirSync(path)).toEqual(['000000000009-0707070707070707.checkpoint', '000000000009-0808080808080808.checkpoint', '000000001000-0707070707070707.checkpoint']);
    expect((await heads.list()).heads.map(({ size }) => size)).toEqual([9, 9, 1000]);
    expect(await heads.list(1)).toEqual({ heads: [made[0]], invalid: [], total: 3 });
    expect(await heads.latest()).toEqual(made[0]);
  });

  it('takes the same head from many at once', async () => {
    const key = AuditKey.inMemory();
    const heads = new HeadFolder(path, key);
    await Promise.all(Array.from({ length: 10 }, () => heads.keep(signHead(key, at(3)))));
    expect(readdirSync(path)).toEqual([expect.stringMatching(/^0*3-/)]);
    expect((await heads.list()).heads).toMatchObject([at(3)]);
  });

  it('names a latest head that was changed', async () => {
    const key = AuditKey.inMemory();
    const heads = new HeadFolder(path, key);
    await heads.keep(signHead(key, at(5)));
    const file = join(path, readdirSync(path)[0]!);
    writeFileSync(file, readFileSync(file, 'utf8').replace('\n5\n', '\n6\n'));
    await expect(heads.latest()).rejects.toThrow(`The head ${file} was changed: The signature`);
  });
});

describe('heads', () => {
  let events: MemoryEventStore;
  let audit: Audit;
  beforeEach(async () => {
    events = new MemoryEventStore();
    audit = openAudit({}, { events, documents: new MemoryDocumentStore() });
  });

  it('are made where the log has grown, and given again where not', async () => {
    const empty = await audit.makeHead();
    expect(empty).toMatchObject({ size: 0, position: 0 });
    await appendNotes(events, 3);
    const first = await audit.makeHead();
    expect(first.size).toBe(3);
    expect(await audit.makeHead()).toEqual(first);
    expect((await audit.heads.list()).heads).toEqual([empty, first]);
  });

  it('of one log prove one another', async () => {
    await appendNotes(events, 20);
    const first = await audit.makeHead();
    await appendNotes(events, 300, 20);
    const second = await audit.makeHead();
    const { from, to, proof } = await audit.consistency(first.size, second.size);
    expect([from.root, to.root]).toEqual([first.root, second.root]);
    expect(provesConsistency(from, to, proof)).toBe(true);
    await expect(audit.consistency(20, 321)).rejects.toThrow('at most 320');
    await expect(audit.consistency(21, 20)).rejects.toThrow(RangeError);
  });

  it('are made again and again by their schedule, which outlives an error', async () => {
    const log = new RecordingLog();
    const schedule = new HeadSchedule(audit, 0.01, log);
    const head = events.head.bind(events);
    const failed = new Promise<void>((resolve) => (events.head = () => (resolve(), Promise.reject(new Error('No answer.')))));
    schedule.start();
    await failed;
    events.head = head;
    await appendNotes(events, 5);
    while ((await audit.heads.latest())?.size !== 5) await new Promise((resolve) => setImmediate(resolve));
    await schedule.stop();
    expect(log.lines).toContainEqual({ level: 'error', message: 'no head could be made of the log', fields: expect.objectContaining({ error: 'No answer.' }) });
  });
});

describe('a witness', () => {
  interface Sent { path: string; body: string }
  let sent: Sent[];
  let answers: ((response: ServerResponse, body: string) => void)[];
  const server = createServer((request, response) => void receive(request, response));
  const url = async () => {
    if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/log/`;
  };
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    sent.push({ path: request.url!, body });
    (answers.shift() ?? ((ok) => ok.end()))(response, body);
  };
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    sent = [];
    answers = [];
  });

  let witness: Witness;
  let log: RecordingLog;
  let audit: Audit;
  let events: MemoryEventStore;
  const witnessed: string[] = [];
  beforeEach(async () => {
    log = new RecordingLog();
    events = new MemoryEventStore();
    const heads = new (class extends HeadsInMemory {
      override async keepWitnessed(_: Head, note: string): Promise<void> {
        witnessed.push(note);
      }
    })(AuditKey.inMemory());
    audit = openAudit({}, { events, documents: new MemoryDocumentStore() });
    witness = new Witness({ url: await url(), log, heads, consistency: (earlier, size) => audit.merkle.reader().consistency(earlier, size), firstPauseMs: 1 });
  });
  afterEach(() => witness.close());

  const submit = async (size: number) => {
    await appendNotes(events, size - (await events.head()), await events.head());
    const head = await audit.makeHead();
    witness.submit(head);
    await witness.settled();
    return head;
  };

  it('gets each head with a proof that it continues the one before, and its signature is kept', async () => {
    answers = [(ok) => ok.end('— witness.example c2lnbmF0dXJl\n')];
    const first = await submit(5);
    expect(sent).toEqual([{ path: '/log/add-checkpoint', body: `old 0\n\n${first.checkpoint}` }]);
    expect(witnessed).toEqual([`${first.checkpoint}— witness.example c2lnbmF0dXJl\n`]);
    const second = await submit(300);
    const [old, ...lines] = sent[1]!.body.slice(0, -second.checkpoint.length - 1).trimEnd().split('\n');
    expect(old).toBe('old 5');
    expect(provesConsistency(first, second, lines.map((line) => Buffer.from(line, 'base64')))).toBe(true);
  });

  it('that has seen another head says so, and gets the proof from there', async () => {
    await appendNotes(events, 7);
    const seen = await audit.makeHead();
    answers = [(conflict) => conflict.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('7\n')];
    await submit(20);
    expect(sent.map(({ body }) => body.split('\n', 1)[0])).toEqual(['old 0', `old ${seen.size}`]);
    expect(log.lines).toEqual([]);
  });

  it('that does not answer well is asked again until it does', async () => {
    answers = [(down) => down.writeHead(503).end('later'), (broken) => broken.destroy()];
    await submit(5);
    expect(sent).toHaveLength(3);
    expect(log.lines.map(({ level, message }) => `${level}: ${message}`)).toEqual(Array(2).fill('warn: a head did not reach its witness; it is sent again'));
  });

  it('that refuses a head is not asked again, and the log tells why', async () => {
    answers = [(refusal) => refusal.writeHead(422).end('the proof is wrong')];
    await submit(5);
    expect(sent).toHaveLength(1);
    expect(log.lines).toEqual([{ level: 'error', message: 'the witness refuses a head', fields: expect.objectContaining({ size: 5, error: expect.stringContaining('422 the proof is wrong') }) }]);
    await submit(6);
    expect(sent).toHaveLength(2);
  });

  it('that has seen more than there is is not believed quietly', async () => {
    answers = [(conflict) => conflict.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('900\n')];
    await submit(5);
    expect(log.having('refuses')).toMatchObject([{ level: 'error', fields: { error: expect.stringContaining('409 900') } }]);
  });
});
