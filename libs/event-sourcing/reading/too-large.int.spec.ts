import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { Engine } from '../engine.js';
import { view } from '../modelling/view.js';
import { DocumentTooLarge, type CollectionWrites, type Document } from '../ports/document-store.js';
import { command, Count, Counted, counterContext, totals } from '../testing/counter.js';
import { RecordingLog } from '../testing/recording-log.js';

/** A store whose documents end at so many characters of JSON. */
class SmallDocuments extends MemoryDocumentStore {
  limit = 60;

  override async write(batch: readonly CollectionWrites[]): Promise<void> {
    for (const { collection, writes } of batch) {
      if (!collection.startsWith('lists_')) continue;
      const large = writes.map(({ key, document }) => ({ key, bytes: JSON.stringify(document).length })).filter(({ bytes }) => bytes > this.limit);
      if (large.length > 0) throw new DocumentTooLarge(collection, large, `a document ends at ${this.limit}`);
    }
    await super.write(batch);
  }
}

/** Grows with every event. */
const lists = view<{ counted: number[] }>('lists', { version: 1 })
  .key(({ data }) => data['counterId'])
  .on(Counted, (row, { data }) => ({ counted: [...(row?.counted ?? []), data.by] }));

let documents: SmallDocuments;
let log: RecordingLog;
let engine: Engine;

beforeEach(async () => {
  documents = new SmallDocuments();
  log = new RecordingLog();
  engine = new Engine({ contexts: [counterContext([totals, lists])], events: new MemoryEventStore(), documents, log });
  await engine.start();
});
afterEach(() => engine.stop());

const count = async (counterId: string, ...amounts: number[]) => {
  for (const by of amounts) await engine.commands.execute(command(Count, { counterId, by }));
};

async function shown(name: string): Promise<Document[]> {
  expect(await engine.projector.reaches(name, await engine.events.head(), 5_000)).toBe(true);
  return documents.find(engine.projector.get(name).answering!);
}

async function statusOf(name: string) {
  return (await engine.projector.status()).views.find(({ view: each }) => each === name)!;
}

describe('a document that the store does not take', () => {
  const many = Array.from({ length: 40 }, (_, index) => index + 1);

  it('waits as it was stored last, and all others go on', async () => {
    await count('large', 1, 2);
    expect(await shown('lists')).toEqual([{ _id: 'large', counted: [1, 2] }]);
    await count('large', ...many);
    await count('small', 7);
    const [large, small] = await shown('lists');
    expect(small).toEqual({ _id: 'small', counted: [7] });
    const kept = large!['counted'] as number[];
    expect(kept).toEqual([1, 2, ...many].slice(0, kept.length));
    expect((await shown('totals')).map(({ _id }) => _id)).toEqual(['large', 'small']);
    expect(await statusOf('lists')).toMatchObject({ state: 'live', deadLetters: 1 });
    const [letter] = await engine.projector.deadLetters('lists');
    expect(letter).toMatchObject({ key: 'large', event: { stream: 'counter-large', revision: kept.length }, waiting: 42 - kept.length, error: expect.stringContaining('Give the view narrower keys') });
    expect(log.having('waits as a dead letter')).toHaveLength(1);
  });

  it('goes on where it stopped when it is tried again and fits', async () => {
    await count('large', ...many);
    await shown('lists');
    expect(await engine.projector.retry('lists')).toEqual({ released: 0, waiting: 1 });
    expect((await engine.projector.deadLetters('lists'))[0]).toMatchObject({ attempts: 2 });
    documents.limit = 1_000;
    expect(await engine.projector.retry('lists')).toEqual({ released: 1, waiting: 0 });
    await count('large', 99);
    expect(await shown('lists')).toEqual([{ _id: 'large', counted: [...many, 99] }]);
    expect(await statusOf('lists')).toMatchObject({ deadLetters: 0 });
  });

  it('stops a rebuild, and the view goes on answering from what it has', async () => {
    await count('large', ...many);
    const before = await shown('lists');
    await engine.projector.rebuild('lists');
    for (const end = Date.now() + 5_000; (await statusOf('lists')).building?.error === undefined; ) {
      if (Date.now() > end) throw new Error('The rebuild did not stop.');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect((await statusOf('lists')).building!.error).toContain('a document ends at 60');
    await count('small', 7);
    expect(await shown('lists')).toEqual([...before, { _id: 'small', counted: [7] }]);
  });
});
