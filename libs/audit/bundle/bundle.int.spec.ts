import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditKey } from '../heads/audit-key.js';
import { signHead } from '../heads/head.js';
import { verifierKey } from '../heads/signed-note.js';
import { appendNotes, AuditedFolder, noted } from '../testing.js';
import { bundleOf } from './bundle.js';
import { type Selection } from './selection.js';
import { BUNDLE_FILES, writeBundle } from './write-bundle.js';

const place = new AuditedFolder();
const folderOf = (name: string) => join(place.path, name);
let publicKey: string;
let times: string[];

beforeAll(async () => {
  await place.open(async ({ audit, events }) => {
    await appendNotes(events, 300);
    await audit.makeHead();
    await appendNotes(events, 330, 300);
    await events.append('purchase-p1', 'none', [{ ...noted('c3', 1), type: 'PurchaseNoted', data: { customerId: 'c3', odd: { 'ä\u20ac': 1e21, '\ud83d\ude00': -0.0000001, half: '\ud800', line: '\u2028"\\\u0007' } } }]);
    publicKey = audit.publicKey;
  });
  times = [];
  place.tamper((log) => {
    // A minute between two events, so that periods can be told.
    const set = log.prepare('UPDATE events SET recorded_at = ? WHERE position = ?');
    for (let position = 1; position <= 631; position++) set.run((times[position] = new Date(Date.UTC(2026, 0, 1, 0, position)).toISOString()), position);
  });
  await place.open(async ({ audit }) => {
    await audit.merkle.rebuild();
    for (const file of readdirSync(place.heads)) writeFileSync(join(place.heads, file), signHead(audit.key, { ...(await audit.heads.latest())!, root: await audit.merkle.reader().root(300) }).checkpoint);
  });
}, 60_000);

afterAll(() => place.remove());

async function bundle(name: string, selection: Selection): Promise<string> {
  await place.open(({ audit }) => writeBundle(folderOf(name), bundleOf(audit, selection)));
  return folderOf(name);
}

interface Checked {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the verifier of the bundle, in a process that knows nothing else. */
async function check(folder: string, ...args: string[]): Promise<Checked> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, BUNDLE_FILES.verifier), ...args], { cwd: '/' });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as Checked;
  }
}

/** Changes lines of a bundle for one look of the verifier. */
async function checkChanged(folder: string, change: (lines: string[]) => string[], ...args: string[]): Promise<Checked> {
  const file = join(folder, BUNDLE_FILES.bundle);
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, `${change(before.trimEnd().split('\n')).join('\n')}\n`);
  const checked = await check(folder, ...args);
  writeFileSync(file, before);
  return checked;
}

const headFile = (size: number) => join(place.heads, readdirSync(place.heads).find((name) => Number(name.slice(0, 12)) === size)!);

describe('the bundle of a customer', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await bundle('customer', { customer: 'c3' });
  });

  it('has every event of each stream that tells of them, and is found right', async () => {
    const { code, stdout } = await check(folder, '--key', publicKey, '--head', headFile(300), '--head', headFile(631));
    expect(stdout.split('\n').filter((line) => line.startsWith('ok '))).toHaveLength(91);
    expect(stdout).toContain('ok   leaf 3  position 4  customer-c3@0  CustomerNoted');
    expect(stdout).toContain('ok   leaf 630  position 631  purchase-p1@0  PurchaseNoted');
    expect(stdout).toMatch(/^INTEGRITY: {4}ok, 91 events are in the log as they stand here$/m);
    expect(stdout).toMatch(/^COMPLETENESS: ok/m);
    expect(stdout).toMatch(/Note: The head in .*000000000300-.* is one of the same history, of 300 events\./);
    expect(code).toBe(0);
  });

  it('says what it cannot know without a key and a head from elsewhere', async () => {
    const { code, stdout } = await check(folder, '--quiet');
    expect(code).toBe(0);
    expect(stdout).toContain(`Note: The public key is the bundle's own. Compare it with one that you got from elsewhere: ${publicKey}`);
    expect(stdout).toContain('Note: No head from elsewhere was given');
    expect(stdout).not.toContain('ok   leaf');
  });

  it('is of a folder of its own, that is not written over', async () => {
    expect(readdirSync(folder).sort()).toEqual(['README.txt', 'bundle.jsonl', 'verify.mjs']);
    await expect(bundle('customer', { customer: 'c3' })).rejects.toThrow('EEXIST');
  });

  it('shares no code with the engine: its verifier imports Node alone', () => {
    const imports = [...readFileSync(join(folder, BUNDLE_FILES.verifier), 'utf8').matchAll(/from '([^']+)'/g)].map(([, name]) => name!);
    expect(imports.length).toBeGreaterThan(5);
    expect(imports.filter((name) => !name.startsWith('node:'))).toEqual([]);
  });

  const edited = (line: string, edit: (value: { event: { data: Record<string, unknown>; revision: number }; index: number; proof: string[]; extra?: number }) => void) => {
    const value = JSON.parse(line) as Parameters<typeof edit>[0];
    edit(value);
    return JSON.stringify(value);
  };
  const at = (place: number, change: (line: string) => string) => (lines: string[]) => lines.map((line, index) => (index === place ? change(line) : line));

  it.each<[string, (lines: string[]) => string[], RegExp]>([
    ['a field of an event is changed', at(5, (line) => edited(line, ({ event }) => (event.data['note'] = 'Nothing'))), /BAD {2}leaf 31 .*: the event is not at this place in the log/],
    ['a field of an event is added', at(5, (line) => line.replace('"event":{', '"event":{"extra":1,')), /BAD .*: the event has not the fields of one/],
    ['a leaf is said to be elsewhere', at(5, (line) => edited(line, (value) => (value.index += 1))), /BAD .*not at this place/],
    ['a proof is shorter', at(5, (line) => edited(line, (value) => value.proof.pop())), /BAD .*not at this place/],
    ['a proof has another hash', at(5, (line) => edited(line, (value) => (value.proof[2] = value.proof[1]!))), /BAD .*not at this place/],
    ['a line is no JSON', at(5, (line) => line.slice(1)), /BAD {2}entry 5: the line is no JSON/],
    ['an event is left out', (lines) => lines.toSpliced(5, 1), /COMPLETENESS: FAILED\n {2}- The bundle was made with 91 events and has 90\.\n {2}- Of customer-c3 event 4 is missing/],
    ['two events are swapped', (lines) => lines.with(5, lines[6]!).with(6, lines[5]!), /The bundle is not as it was signed\.[^]*Of customer-c3 event 4 is missing or out of order/],
    ['the end is cut off', (lines) => lines.slice(0, -1), /The bundle was cut off: its last line is missing/],
    ['something follows the end', (lines) => [...lines, lines[5]!], /There are lines after the end/],
    ['the last event is left out and the count is changed', (lines) => lines.toSpliced(-2, 2, lines.at(-1)!.replace('91', '90')), /INTEGRITY: {4}FAILED\n {2}- The bundle is not as it was signed/],
    ['the head is changed', at(0, (line) => line.replace(String.raw`\n631\n`, String.raw`\n632\n`)), /A head is not signed by the key of the log/],
    ['the format is another', at(0, (line) => line.replace('bundle/1', 'bundle/9')), /It is no bundle of the format/],
    ['nothing is left', () => [''], /INTEGRITY: {4}FAILED/],
  ])('is found wrong where %s', async (_, change, words) => {
    const { code, stdout } = await checkChanged(folder, change);
    expect(stdout).toMatch(words);
    expect(code).toBe(1);
  });

  it('is found wrong where a key or a head from elsewhere does not fit', async () => {
    const other = AuditKey.inMemory();
    expect(await check(folder, '--key', verifierKey(other))).toMatchObject({ code: 1, stdout: expect.stringContaining('not with the key that was given') });
    const forged = folderOf('forged.checkpoint');
    await place.open(async ({ audit }) => writeFileSync(forged, signHead(audit.key, { size: 300, root: Buffer.alloc(32), position: 300, time: times[300]! }).checkpoint));
    expect(await check(folder, '--head', forged)).toMatchObject({ code: 1, stdout: expect.stringContaining('is of another history than the bundle: both have 300 events') });
    await place.open(async ({ audit }) => writeFileSync(forged, signHead(audit.key, { size: 17, root: Buffer.alloc(32), position: 17, time: times[17]! }).checkpoint));
    expect(await check(folder, '--head', forged)).toMatchObject({ code: 1, stdout: expect.stringContaining('has no head of that size to compare it with') });
  });

  it('is told from a wrong call', async () => {
    expect(await check(folder, '--kye', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage: node verify.mjs') });
    expect(await check(folder, '/nowhere/bundle.jsonl')).toMatchObject({ code: 2, stderr: expect.stringContaining('/nowhere/bundle.jsonl') });
  });
});

describe('the bundle of a period', () => {
  it('has all that was recorded in it, with a neighbour at each side', async () => {
    const folder = await bundle('period', { from: times[100]!, to: times[400]! });
    const { code, stdout } = await check(folder);
    expect(code).toBe(0);
    const lines = stdout.split('\n').filter((line) => line.startsWith('ok '));
    expect(lines).toHaveLength(302);
    expect([lines[0], lines.at(-1)]).toEqual([expect.stringMatching(/position 99 .*\(before the period\)/), expect.stringMatching(/position 400 .*\(after the period\)/)]);
    const without = async (place: number) => (await checkChanged(folder, (all) => all.toSpliced(place, 1))).stdout;
    expect(await without(1)).toContain('The event before the period is not shown');
    expect(await without(-2)).toContain('The event after the period is not shown');
    expect(await without(50)).toMatch(/Between leaf \d+ and leaf \d+ events are missing/);
  });

  it('may begin with the log and end with it', async () => {
    expect(await check(await bundle('from', { from: times[600]! }))).toMatchObject({ code: 0, stdout: expect.stringMatching(/INTEGRITY: {4}ok, 33 events/) });
    expect(await check(await bundle('to', { to: times[3]! }))).toMatchObject({ code: 0, stdout: expect.stringMatching(/INTEGRITY: {4}ok, 3 events/) });
    expect(await check(await bundle('all', {}), '--quiet')).toMatchObject({ code: 0, stdout: expect.stringMatching(/INTEGRITY: {4}ok, 631 events/) });
  });

  it('may be one in which nothing happened, and nobody is a customer without events', async () => {
    expect(await check(await bundle('nothing', { from: '2030-01-01T00:00:00.000Z' }))).toMatchObject({ code: 0, stdout: expect.stringMatching(/ok, 1 events/) });
    expect(await check(await bundle('nobody', { customer: 'nobody' }))).toMatchObject({ code: 0, stdout: expect.stringMatching(/ok, 0 events/) });
  });
});

describe('a bundle that was made after the key was rotated', () => {
  it('is checked with the key in force, and with one that was kept from before', async () => {
    const [former, present, kept] = await place.open(async ({ audit }) => {
      const [before, head] = [audit.publicKey, await audit.makeHead()];
      await audit.rotateKey('cli:tester');
      return [before, audit.publicKey, head.checkpoint];
    });
    const head = folderOf('kept.checkpoint');
    writeFileSync(head, kept);
    const folder = await bundle('rotated', { customer: 'c3' });
    expect(await check(folder, '--key', present, '--head', head)).toMatchObject({ code: 0, stdout: expect.stringContaining('is one of the same history') });
    expect(await check(folder, '--key', former, '--head', head)).toMatchObject({ code: 0, stdout: expect.stringContaining('has signed which one took its place') });
    expect(await check(folder, '--key', verifierKey(AuditKey.inMemory()))).toMatchObject({ code: 1 });
    const withoutLink = await checkChanged(folder, (lines) => lines.with(0, JSON.stringify({ ...(JSON.parse(lines[0]!) as object), rotations: [] })));
    expect([withoutLink.code, withoutLink.stdout]).toEqual([1, expect.stringContaining('A head is not signed by the key of the log')]);
    const forged = await checkChanged(folder, (lines) => [lines[0]!.replace(/size \d+\\nroot/, 'size 1\\nroot'), ...lines.slice(1)]);
    expect([forged.code, forged.stdout]).toEqual([1, expect.stringContaining('A rotation of the key is not signed by both keys')]);
  });
});
