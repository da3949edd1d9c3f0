import { describe, expect, it } from '@jest/globals';
import { MongoClient, type Db } from 'mongodb';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAudit, verifyLog } from '#audit';
import { MemoryEventStore } from '#stores/memory';
import { MongoDocumentStore } from '#stores/mongodb';
import { appendNotes } from '../../../libs/audit/testing.js';
import { inDatabaseOfItsOwn } from './database-of-its-own.js';
import { onEachServer } from './servers.js';

const LONG_MS = 300_000;
const EVENTS = 600;

interface Tile {
  _id: string;
  hashes: string;
}

const leaves = (db: Db) => db.collection<Tile>('audit_leaves');
const row = (number: number) => String(number).padStart(12, '0');

/** What somebody who can write the collections may do to the tree. */
const TAMPERING: readonly [what: string, change: (db: Db) => Promise<unknown>][] = [
  ['a byte of a leaf is flipped', async (db) => {
    const hashes = Buffer.from((await leaves(db).findOne({ _id: row(1) }))!.hashes, 'base64');
    hashes[40]! ^= 1;
    await leaves(db).updateOne({ _id: row(1) }, { $set: { hashes: hashes.toString('base64') } });
  }],
  ['a row of leaves is deleted', (db) => leaves(db).deleteOne({ _id: row(0) })],
  ['the tail is deleted', (db) => leaves(db).deleteOne({ _id: row(2) })],
  ['two leaves are swapped', async (db) => {
    const hashes = Buffer.from((await leaves(db).findOne({ _id: row(0) }))!.hashes, 'base64');
    const swapped = Buffer.concat([hashes.subarray(32, 64), hashes.subarray(0, 32), hashes.subarray(64)]);
    await leaves(db).updateOne({ _id: row(0) }, { $set: { hashes: swapped.toString('base64') } });
  }],
  ['a tile above the leaves is changed', (db) => db.collection<Tile>('audit_tiles').updateOne({ _id: `1/${row(0)}` }, { $set: { hashes: Buffer.alloc(64, 7).toString('base64') } })],
];

await onEachServer('the Merkle tree in MongoDB', (server) => {
  describe('a tree whose collections somebody changed', () => {
    it('is told from the log, which the heads vouch for, whatever was done to it; made anew, it fits', async () => {
      const url = inDatabaseOfItsOwn(server.url());
      const [events, documents, client] = [new MemoryEventStore(), new MongoDocumentStore({ url }), new MongoClient(url)];
      const folder = mkdtempSync(join(tmpdir(), 'guanxi-audit-'));
      const audit = openAudit({ keyFile: join(folder, 'key.pem'), headsFolder: join(folder, 'heads') }, { events, documents });
      try {
        await appendNotes(events, EVENTS);
        await audit.makeHead();
        expect(await verifyLog(audit, documents)).toMatchObject({ ok: true, events: EVENTS, heads: { matching: 1 } });
        for (const [what, change] of TAMPERING) {
          await change(client.db());
          const { ok, integrity, completeness, tree } = await verifyLog(audit, documents);
          expect([what, ok, integrity.ok, completeness.ok, tree.ok]).toEqual([what, false, true, true, false]);
          await audit.merkle.rebuild();
          expect([what, (await verifyLog(audit, documents)).ok]).toEqual([what, true]);
        }
      } finally {
        await audit.close();
        await client.db().dropDatabase();
        await client.close();
        await documents.close();
        rmSync(folder, { recursive: true });
      }
    }, LONG_MS);
  });
});
