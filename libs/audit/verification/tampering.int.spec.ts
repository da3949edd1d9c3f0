import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DatabaseSyncInstance } from '@photostructure/sqlite';
import { HistoryChanged } from '../log/history-changed.js';
import { LEAVES, STATE, TILES } from '../log/tile-store.js';
import { appendNotes, AuditedFolder } from '../testing.js';
import { type Report } from './report.js';
import { verifyLog, type VerifyOptions } from './verify.js';

/** Sizes at which heads are made; the last events are in none. */
const HEADS = [100, 400, 700, 1000];
const EVENTS = 1_010;

const place = new AuditedFolder();
const pristine = join(place.path, 'pristine');

beforeAll(async () => {
  await place.open(async ({ audit, events }) => {
    let from = 0;
    for (const size of HEADS) {
      await appendNotes(events, size - from, from);
      expect((await audit.makeHead()).size).toBe(size);
      from = size;
    }
    await appendNotes(events, EVENTS - from, from);
    await audit.merkle.catchUp();
  });
  cpSync(place.data, pristine, { recursive: true });
}, 60_000);

beforeEach(() => {
  rmSync(place.data, { recursive: true, force: true });
  cpSync(pristine, place.data, { recursive: true });
});

afterAll(() => place.remove());

const verify = (options?: VerifyOptions): Promise<Report> => place.open(({ audit, documents }) => verifyLog(audit, documents, options));
const sql = (...statements: string[]) => place.tamper((log) => statements.forEach((statement) => log.exec(statement)));

/** Whoever can write the log can write the tree too, and make it fit. */
const makeTreeFit = () => place.open(({ audit }) => audit.merkle.rebuild());

/** Writes every event from a position on anew. */
function rewrite(log: DatabaseSyncInstance, from: number): void {
  log.prepare(`UPDATE events SET data = replace(data, 'Note', 'Nota') WHERE position >= ?`).run(from);
}

describe('a log that nobody touched', () => {
  it('is whole, fits every head, and is told what no head has yet', async () => {
    const report = await verify();
    expect(report).toMatchObject({ ok: true, events: EVENTS, position: EVENTS, integrity: { ok: true }, completeness: { ok: true }, tree: { ok: true }, notInAnyHead: 10 });
    expect(report.heads).toMatchObject({ checked: 4, matching: 4, lastMatching: { size: 1000, position: 1000 }, invalid: [] });
    expect(report.firstBad).toBeUndefined();
  });

  it('fits its heads also where the tree is gone', async () => {
    rmSync(join(place.data, 'documents.db'));
    expect(await verify()).toMatchObject({ ok: true, events: EVENTS, heads: { matching: 4 } });
  });

  it('is told from a tree of which a part is missing', async () => {
    await place.open(({ documents }) => documents.write([{ collection: LEAVES, writes: [{ key: '000000000003', position: 1e9, document: null }] }]));
    const report = await verify();
    expect(report).toMatchObject({ ok: false, events: EVENTS, integrity: { ok: true }, completeness: { ok: true }, tree: { ok: false }, counts: { inserted: 0, missing: 0 } });
    expect(report.firstBad).toBeUndefined();
  });

  it('is told from a tree that was changed', async () => {
    await place.open(async ({ documents }) => {
      const [key, { document }] = [...(await documents.load(LEAVES, ['000000000001']))][0]!;
      const hashes = Buffer.from((document as { hashes: string }).hashes, 'base64');
      hashes[5]! ^= 1;
      await documents.write([{ collection: LEAVES, writes: [{ key, position: 1e9, document: { ...document, hashes: hashes.toString('base64') } }] }]);
    });
    const report = await verify();
    expect(report).toMatchObject({ ok: false, integrity: { ok: true }, completeness: { ok: true }, tree: { ok: false } });
    expect(report.firstBad).toBeUndefined();
    await makeTreeFit();
    expect(await verify()).toMatchObject({ ok: true });
  });

  it.each([['changed', { hashes: Buffer.alloc(96).toString('base64') }], ['removed', null]])('is told from a tree of which a tile above the leaves was %s', async (_, document) => {
    await place.open(({ documents }) => documents.write([{ collection: TILES, writes: [{ key: '1/000000000000', position: 1e9, document }] }]));
    const report = await verify();
    expect(report).toMatchObject({ ok: false, integrity: { ok: true }, completeness: { ok: true }, tree: { ok: false, problems: [expect.stringMatching(/^Tile 0 of level 1 /)] } });
  });
});

describe('a log in whose file somebody', () => {
  it('flipped one byte of an event: it is named', async () => {
    const bytes = readFileSync(join(place.data, 'events.db'));
    const at = bytes.indexOf('Note 321 on them');
    bytes[at]! ^= 1;
    writeFileSync(join(place.data, 'events.db'), bytes);
    const report = await verify();
    expect(report).toMatchObject({ ok: false, events: EVENTS, completeness: { ok: true }, firstBad: { kind: 'changed', position: 322 }, counts: { changed: 1, missing: 0, inserted: 0 } });
    expect(report.integrity.problems).toEqual(['1 event is changed, the first at position 322.']);
    expect(report.heads).toMatchObject({ matching: 1, lastMatching: { size: 100 }, firstOther: { size: 400 } });
  });

  it.each([
    ['id', "'z' || substr(id, 2)"], ['type', "'Kustomer' || substr(type, 9)"], ['stream', "stream || '0'"], ['occurred_at', "'2025' || substr(occurred_at, 5)"],
    ['recorded_at', "'2025' || substr(recorded_at, 5)"], ['data', "replace(data, 'Note', 'note')"], ['metadata', "replace(metadata, 'tester', 'taster')"],
    ['revision', 'revision + 1'], ['schema_version', 'schema_version + 1'],
  ])('changed the %s of an event: it is named', async (column, value) => {
    sql(`UPDATE events SET ${column} = ${value} WHERE position = 500`);
    expect(await verify()).toMatchObject({ ok: false, firstBad: { kind: 'changed', position: 500 }, completeness: { ok: true } });
  });

  it('flipped a byte so that an event is no JSON any more: it is named, and the rest is still looked at', async () => {
    const bytes = readFileSync(join(place.data, 'events.db'));
    bytes.write('!', bytes.indexOf('{"customerId":"c6","note":"Note 321 '));
    writeFileSync(join(place.data, 'events.db'), bytes);
    sql(`UPDATE events SET data = replace(data, 'Note', 'Nota') WHERE position = 800`);
    const report = await verify();
    expect(report).toMatchObject({ ok: false, events: EVENTS, firstBad: { kind: 'unreadable', position: 322 }, counts: { unreadable: 1, changed: 1 } });
    expect(report.integrity.problems).toEqual(['1 event is changed, the first at position 800.', '1 event is unreadable, the first at position 322.']);
  });

  it('flipped a byte of metadata so that it is no JSON any more: it is named', async () => {
    sql(`UPDATE events SET metadata = 'x' || metadata WHERE position = 322`);
    expect(await verify()).toMatchObject({ ok: false, firstBad: { kind: 'unreadable', position: 322 }, counts: { unreadable: 1 } });
  });

  it('deleted one event: it is named as missing, the others are right', async () => {
    sql('DELETE FROM events WHERE position = 555');
    const report = await verify();
    expect(report).toMatchObject({ ok: false, events: EVENTS - 1, integrity: { ok: true }, firstBad: { kind: 'missing', position: 555 }, counts: { missing: 1, changed: 0, inserted: 0 } });
    expect(report.completeness.problems).toEqual(['1 event is missing, the first at position 555.']);
  });

  it('cut off the tail: it is named where it begins', async () => {
    sql('DELETE FROM events WHERE position > 850');
    const report = await verify();
    expect(report).toMatchObject({ ok: false, events: 850, integrity: { ok: true }, firstBad: { kind: 'missing', position: 851 }, counts: { missing: EVENTS - 850 } });
    expect(report.completeness.problems).toEqual(['160 events are missing, the first at position 851.', expect.stringMatching(/^The head of .* has 1000 events; the log has 850: 150 fewer\.$/)]);
  });

  it('cut off a tail that no head has yet: the tree remembers it', async () => {
    sql('DELETE FROM events WHERE position > 1005');
    expect(await verify()).toMatchObject({ ok: false, integrity: { ok: true }, completeness: { ok: false }, firstBad: { kind: 'missing', position: 1006 } });
  });

  it('swapped two events: the first of them is named', async () => {
    sql('UPDATE events SET position = -1 WHERE position = 600', 'UPDATE events SET position = 600 WHERE position = 640', 'UPDATE events SET position = 640 WHERE position = -1');
    expect(await verify()).toMatchObject({ ok: false, completeness: { ok: true }, firstBad: { kind: 'changed', position: 600 }, counts: { changed: 2 } });
  });

  it('inserted an event, and moved all later ones: the first is named', async () => {
    sql('UPDATE events SET position = -position - 1 WHERE position >= 300', 'UPDATE events SET position = -position WHERE position < 0', `INSERT INTO events SELECT 300, stream, revision, '00000000-0000-4000-8000-000000000000', type, schema_version, occurred_at, recorded_at, data, metadata FROM events WHERE position = 299`);
    expect(await verify()).toMatchObject({ ok: false, events: EVENTS + 1, firstBad: { kind: 'changed', position: 300 } });
  });

  it('inserted an event before all others: it is named', async () => {
    sql(`INSERT INTO events SELECT 0, stream, revision, '00000000-0000-4000-8000-000000000000', type, schema_version, occurred_at, recorded_at, data, metadata FROM events WHERE position = 299`, 'UPDATE events SET position = -position - 1', 'UPDATE events SET position = -position');
    expect(await verify()).toMatchObject({ ok: false, events: EVENTS + 1, firstBad: { kind: 'changed', position: 1 } });
  });
});

describe('a log that somebody rewrote together with the tree', () => {
  it('from some event on: the last head that still fits and the first that does not bound the position', async () => {
    place.tamper((log) => rewrite(log, 450));
    await makeTreeFit();
    const report = await verify();
    expect(report).toMatchObject({ ok: false, completeness: { ok: true }, firstBad: { kind: 'rewritten', position: 400, upTo: 700 }, counts: { changed: 0 } });
    expect(report.heads).toMatchObject({ matching: 2, lastMatching: { size: 400, position: 400 }, firstOther: { size: 700, position: 700 } });
    expect(report.integrity.problems).toEqual([expect.stringMatching(/^The history was rewritten after position 400, the end of the last head that still fits .*, and not after position 700,/)]);
  });

  it('from the first event on: no head fits', async () => {
    place.tamper((log) => rewrite(log, 1));
    await makeTreeFit();
    const report = await verify();
    expect(report).toMatchObject({ ok: false, firstBad: { kind: 'rewritten', position: 0, upTo: 100 }, heads: { matching: 0 } });
    expect(report.integrity.problems).toEqual([expect.stringContaining('somewhere from the first event on: no head fits')]);
  });

  it('so that an event less is in it, and the positions have no gap: it is rewritten, and has one event less', async () => {
    sql('DELETE FROM events WHERE position = 555', 'UPDATE events SET position = -position WHERE position > 555', 'UPDATE events SET position = -position - 1 WHERE position < 0', 'DELETE FROM events WHERE position > 999');
    await makeTreeFit();
    const report = await verify();
    expect(report).toMatchObject({ ok: false, firstBad: { kind: 'rewritten', position: 400, upTo: 700 } });
    expect(report.completeness.problems).toEqual([expect.stringContaining('has 1000 events; the log has 999: 1 fewer.')]);
  });

  it('without its tail: the head outside has more events', async () => {
    sql('DELETE FROM events WHERE position > 850');
    await makeTreeFit();
    const report = await verify();
    expect(report).toMatchObject({ ok: false, integrity: { ok: true, problems: [] }, completeness: { ok: false }, firstBad: { kind: 'rewritten', position: 700, upTo: 1000 } });
  });

  it('is not signed any more', async () => {
    place.tamper((log) => rewrite(log, 450));
    await makeTreeFit();
    await place.open(({ audit }) => expect(audit.makeHead()).rejects.toThrow(HistoryChanged));
    expect(readdirSync(place.heads)).toHaveLength(HEADS.length);
  });
});

describe('a log that was changed behind the tree', () => {
  it('is not signed where its tail was cut off', async () => {
    sql('DELETE FROM events WHERE position > 850');
    await place.open(({ audit }) => expect(audit.makeHead()).rejects.toThrow('The log had an event at position 1010, and has none there now. guanxi audit verify finds'));
  });

  it('is not signed where others took the place of the tail', async () => {
    sql('DELETE FROM events WHERE position > 850');
    await place.open(async ({ audit, events }) => {
      await appendNotes(events, 300, 850);
      await expect(audit.makeHead()).rejects.toThrow('The event at position 1010 is not the one that was there before.');
    });
  });

  it('is not proven where the event was deleted', async () => {
    sql('DELETE FROM events WHERE position = 555');
    await place.open(({ audit }) => expect(audit.prove(555)).rejects.toThrow(HistoryChanged));
  });
});

describe('heads that somebody changed', () => {
  it('are named with their files', async () => {
    const file = join(place.heads, readdirSync(place.heads)[1]!);
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace('\n400\n', '\n401\n'));
    const report = await verify();
    writeFileSync(file, before);
    expect(report).toMatchObject({ ok: false, integrity: { ok: false }, heads: { checked: 3, matching: 3 } });
    expect(report.integrity.problems).toEqual([expect.stringMatching(/^The head .*000000000400-[0-9a-f]{16}\.checkpoint is not one of this log: The signature of guanxi\/[0-9a-f]{16} does not fit the text\.$/)]);
  });
});

describe('a verification that was interrupted', () => {
  const interrupt = async () => {
    const ending = new AbortController();
    // The pages of the log are of a thousand events, so that the first has something to follow it.
    await expect(verify({ signal: ending.signal, onProgress: () => ending.abort(new Error('enough')) })).rejects.toThrow('enough');
  };

  it('goes on where it was, and ends like one that was not', async () => {
    await interrupt();
    expect(await verify()).toMatchObject({ ok: true, events: EVENTS, resumedAfter: 1000, heads: { checked: 4, matching: 4 } });
    expect((await verify()).resumedAfter).toBeUndefined();
  });

  it('begins anew where that is asked for', async () => {
    await interrupt();
    expect((await verify({ restart: true })).resumedAfter).toBeUndefined();
  });

  it('finds what was changed after it', async () => {
    await interrupt();
    sql(`UPDATE events SET data = replace(data, 'Note', 'Nota') WHERE position = 1002`);
    expect(await verify()).toMatchObject({ ok: false, resumedAfter: 1000, firstBad: { kind: 'changed', position: 1002 } });
  });

  it('begins anew where what it left was written by another', async () => {
    await interrupt();
    await place.open(async ({ documents }) => {
      const stored = (await documents.load(STATE, ['verification'])).get('verification')!;
      const { text, signature } = stored.document as { text: string; signature: string };
      await documents.write([{ collection: STATE, writes: [{ key: 'verification', position: 1e9, document: { text: text.replace('"position":1000', '"position":1001'), signature } }] }]);
    });
    expect((await verify()).resumedAfter).toBeUndefined();
  });
});

describe('a log whose positions have gaps', () => {
  const gaps = new AuditedFolder();
  afterAll(() => gaps.remove());

  it('is told by leaves and by positions, each its own', async () => {
    await gaps.open(({ events }) => appendNotes(events, 50));
    gaps.tamper((log) => log.exec('UPDATE events SET position = -10 * position; UPDATE events SET position = -position'));
    rmSync(join(gaps.data, 'streams.db'));
    await gaps.open(async ({ audit, documents }) => {
      expect(await audit.makeHead()).toMatchObject({ size: 50, position: 500 });
      expect(await audit.prove(250)).toMatchObject({ index: 24, event: { position: 250 }, head: { size: 50 } });
      expect(await audit.prove(251)).toBeUndefined();
      expect(await verifyLog(audit, documents)).toMatchObject({ ok: true, events: 50, position: 500 });
    });
    gaps.tamper((log) => log.exec("INSERT INTO events SELECT 255, stream, 99, 'z' || substr(id, 2), type, schema_version, occurred_at, recorded_at, data, metadata FROM events WHERE position = 250; DELETE FROM events WHERE position = 300"));
    const report = await gaps.open(({ audit, documents }) => verifyLog(audit, documents));
    expect(report).toMatchObject({ ok: false, events: 50, firstBad: { kind: 'inserted', position: 255 }, counts: { inserted: 1, missing: 1, changed: 0 } });
    expect(report.integrity.problems).toEqual(['1 event is inserted, the first at position 255.']);
    expect(report.completeness.problems).toEqual(['1 event is missing, the first at position 300.']);
  });
});

it('tiles, leaves and state are the only things that the tree has in the document store', async () => {
  await place.open(async ({ documents }) => expect(await documents.listCollections()).toEqual([LEAVES, STATE, TILES]));
});
