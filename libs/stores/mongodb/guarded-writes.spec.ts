import { describe, expect, it } from '@jest/globals';
import { MongoBulkWriteError, type Collection } from 'mongodb';
import type { DocumentWrite } from '#event-sourcing';
import { GuardedWriter } from './guarded-writes.js';
import type { Stored } from './stored-document.js';

interface Operation {
  replaceOne: { filter: { _id: string; _position: { $lt: number } }; replacement: { _position: number }; upsert: boolean };
}

/** Positions by key, written as a server does it that stops at the first error, though it is told not to. */
class StoppingCollection {
  readonly collectionName = 'rows';
  readonly positions = new Map<string, number>();
  readonly messages: ('insert' | 'upsert' | 'replace')[] = [];

  async insertMany(documents: readonly { _id: string; _position: number }[]) {
    this.messages.push('insert');
    documents.forEach(({ _id, _position }, i) => {
      if (this.positions.has(_id)) throw duplicate(i);
      this.positions.set(_id, _position);
    });
    return { insertedCount: documents.length };
  }

  async bulkWrite(operations: readonly Operation[]) {
    this.messages.push(operations[0]!.replaceOne.upsert ? 'upsert' : 'replace');
    let [added, matched] = [0, 0];
    for (const { replaceOne: { filter, replacement, upsert } } of operations) {
      const stored = this.positions.get(filter._id);
      const isMatch = stored !== undefined && stored < filter._position.$lt;
      if (upsert && stored !== undefined && !isMatch) throw duplicate(added, matched);
      if (isMatch || upsert) this.positions.set(filter._id, replacement._position);
      if (isMatch) matched++;
      else if (upsert) added++;
    }
    return { insertedCount: 0, upsertedCount: added, matchedCount: matched };
  }
}

function duplicate(insertedCount: number, matchedCount = 0): MongoBulkWriteError {
  const result = { insertedCount, matchedCount, upsertedCount: 0, getWriteConcernError: () => undefined };
  const [message, code] = ['E11000 duplicate key error', 11_000];
  // The place that it tells is not to be relied upon either.
  return new MongoBulkWriteError({ message, code, writeErrors: [{ code, index: 0, errmsg: message }] as never }, result as never);
}

const write = (key: string, position: number): DocumentWrite => ({ key, position, document: {} });
const keys = (count: number): string[] => Array.from({ length: count }, (_, i) => `key-${i}`);

describe('guarded writes', () => {
  const writing = (collection: StoppingCollection) => {
    const writer = new GuardedWriter();
    return (writes: readonly DocumentWrite[]) => writer.write(collection as unknown as Collection<Stored>, writes);
  };

  it.each(['insert', 'upsert'])('reach every document of a server that stops at the first one that is there: %s', async (way) => {
    const collection = new StoppingCollection();
    const writes = writing(collection);
    if (way === 'upsert') await writes([write('x', 1)]).then(() => writes([write('x', 2)]));
    for (const [key, position] of [['b', 9], ['d', 9], ['e', 1]] as const) collection.positions.set(key, position);
    collection.messages.length = 0;
    await writes(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((key) => write(key, 5)));
    collection.positions.delete('x');
    expect(collection.messages[0]).toBe(way);
    expect(Object.fromEntries(collection.positions)).toEqual({ a: 5, b: 9, c: 5, d: 9, e: 5, f: 5, g: 5 });
  });

  it('insert a thousand new documents with one message', async () => {
    const collection = new StoppingCollection();
    await writing(collection)(keys(2_500).map((key) => write(key, 1)));
    expect(collection.messages).toEqual(['insert', 'insert', 'insert']);
    expect(collection.positions.size).toBe(2_500);
  });

  it('replace a thousand with one message as well, once they have seen that documents are not new', async () => {
    const collection = new StoppingCollection();
    const writes = writing(collection);
    for (const key of keys(1_000)) collection.positions.set(key, 1);
    await writes([write('key-0', 2)]);
    expect(collection.messages).toEqual(['insert', 'replace']);
    await writes(keys(1_000).map((key) => write(key, 3)));
    expect(collection.messages).toEqual(['insert', 'replace', 'upsert']);
    expect(new Set(collection.positions.values())).toEqual(new Set([3]));
  });

  it('fail where one of their messages fails', async () => {
    const collection = { collectionName: 'c', insertMany: () => Promise.reject(new Error('broken')) };
    await expect(new GuardedWriter().write(collection as unknown as Collection<Stored>, [write('a', 1)])).rejects.toThrow('broken');
  });
});
