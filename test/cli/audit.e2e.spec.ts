import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openHead, parseVerifierKey } from '#audit';
import { Workplace } from './support.js';

jest.setTimeout(60_000);

interface Head {
  size: number;
  position: number;
  root: string;
  checkpoint: string;
  publicKey: string;
}

const ROWS = ['00001 19970101 1 11.77', '00002 19970112 1 12.00', '00002 19970212 5 77.00'].join('\n');
const run = promisify(execFile);

describe.each([['the data folder', false], ['the server that has the data folder', true]])('guanxi audit asks %s', (_, served) => {
  const place = new Workplace();
  let head: Head;

  beforeAll(async () => {
    writeFileSync(place.file('rows.txt'), ROWS);
    await place.json('import', 'purchases', '--format', 'cdnow', 'rows.txt');
    if (served) await place.serve();
  });

  afterAll(() => place.remove());

  it('for a signed head, which is kept', async () => {
    head = await place.json<Head>('audit', 'head');
    expect(openHead(head.checkpoint, parseVerifierKey(head.publicKey))).toMatchObject({ size: head.size, position: head.position });
    expect(await place.json<Head>('audit', 'head')).toEqual(head);
    expect(readdirSync(join(place.data, 'audit-heads'))).toHaveLength(1);
    expect(await place.json('audit', 'head', '--list', '5')).toMatchObject({ total: 1, heads: [{ root: head.root }] });
    expect((await place.guanxi('audit', 'head')).stdout).toContain(`${head.checkpoint}\nPublic key: ${head.publicKey}`);
  });

  it('for the history of a customer, as a table, CSV, JSON lines or a page', async () => {
    const history = (...format: string[]) => place.guanxi('audit', 'history', 'cdnow-00002', ...format);
    expect((await history()).stdout).toMatch(/CustomerRegistered[^]*PurchaseRecorded/);
    expect((await history('--format', 'csv')).stdout.trimEnd().split('\r\n')).toHaveLength(4);
    expect((await history('--format', 'jsonl')).stdout.trimEnd().split('\n').map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['CustomerRegistered', 'PurchaseRecorded', 'PurchaseRecorded']);
    expect((await history('--format', 'html')).stdout).toMatch(/^<!doctype html>[^]*History of customer cdnow-00002/);
    expect(await place.guanxi('audit', 'history', 'nobody')).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing was ever recorded of a customer "nobody"') });
  });

  it('for the proof of an event, by position and by id', async () => {
    const proof = await place.json<{ event: { id: string }; index: number; proof: string[] }>('audit', 'prove', '3');
    expect(proof).toMatchObject({ index: 2, event: { position: 3 }, head: { size: head.size } });
    expect(await place.json('audit', 'prove', proof.event.id)).toEqual(proof);
    expect(await place.guanxi('audit', 'prove', '999')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^guanxi: The log has no event .*999\.\n$/) });
    expect(await place.guanxi('audit', 'prove', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('neither an event') });
  });

  it('for the proof that a head continues another', async () => {
    expect(await place.json('audit', 'consistency', '2', String(head.size))).toMatchObject({ from: { size: 2 }, to: { size: head.size, root: head.root } });
    expect(await place.guanxi('audit', 'consistency', '3', '2')).toMatchObject({ code: 2 });
    expect(await place.guanxi('audit', 'consistency', '3', '999')).toMatchObject({ code: served ? 2 : 1, stderr: expect.stringMatching(/at most \d+/) });
  });

  it('for the bundle of a customer, which checks itself', async () => {
    const { folder } = await place.json<{ folder: string }>('audit', 'bundle', '--customer', 'cdnow-00002', 'bundle');
    expect(folder).toBe(place.file('bundle'));
    const { stdout } = await run(process.execPath, [join(folder, 'verify.mjs'), '--key', head.publicKey]);
    expect(stdout).toMatch(/INTEGRITY: {4}ok, 3 events are in the log/);
    expect(await place.guanxi('audit', 'bundle', 'other')).toMatchObject({ code: 2, stderr: expect.stringContaining('Give --customer') });
    expect(await place.guanxi('audit', 'bundle', '--from', 'monday', 'other')).toMatchObject({ code: 2, stderr: expect.stringContaining('must be a day or a time') });
    expect(await place.guanxi('audit', 'bundle', '--to', '2050-01-01', 'bundle')).toMatchObject({ code: 1, stderr: expect.stringContaining('EEXIST') });
  });

  it('whether the log is as it was', async () => {
    const ended = await place.guanxi('audit', 'verify', '--json');
    if (served) expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/is in use by process \d+/) });
    else {
      // What the operator read meanwhile is in the log, too.
      const { events, heads: { checked, matching }, ...report } = JSON.parse(ended.stdout) as { events: number; heads: { checked: number; matching: number } };
      expect(report).toMatchObject({ ok: true, notInAnyHead: 0 });
      expect([events >= head.size, checked >= 1, matching]).toEqual([true, true, checked]);
    }
  });
});

describe('guanxi audit verify', () => {
  const place = new Workplace();
  afterAll(() => place.remove());

  it('names the first bad position of a log that somebody changed, and ends with 1', async () => {
    writeFileSync(place.file('rows.txt'), ROWS);
    await place.json('import', 'purchases', '--format', 'cdnow', 'rows.txt');
    await place.json('audit', 'head');
    const log = new DatabaseSync(join(place.data, 'events.db'));
    log.exec("UPDATE events SET data = replace(data, '7700', '7701')");
    const { position } = log.prepare("SELECT position FROM events WHERE data LIKE '%7701%'").get() as { position: number };
    log.close();
    const { code, stdout, stderr } = await place.guanxi('audit', 'verify');
    expect(stdout).toContain('Integrity:    FAILED\n  1 event is changed, the first at position');
    expect(stdout).toContain('Completeness: ok');
    expect({ code, stderr }).toEqual({ code: 1, stderr: `guanxi: The first bad position is ${position}: the event there is changed.\n` });

    await place.json('audit', 'rebuild');
    const rewritten = await place.guanxi('audit', 'verify', '--restart');
    expect(rewritten).toMatchObject({ code: 1, stderr: expect.stringMatching(/^guanxi: The first bad position is after 0 and not after \d+\. The history was rewritten/) });
    expect(await place.guanxi('audit', 'head')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('guanxi audit verify finds the first bad position') });
  });

  it('says what to do where there is nothing', async () => {
    expect(await place.guanxi('audit', 'verify', '--data', place.file('none'))).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no data in') });
  });
});
