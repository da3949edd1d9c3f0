import { describe, expect, it } from '@jest/globals';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { Engine } from '../engine.js';
import { view, type AnyView } from '../modelling/view.js';
import type { Filter } from '../ports/document-store.js';
import { command, Count, Counted, counterContext } from '../testing/counter.js';
import { CHECKPOINTS, DEAD_LETTERS } from './view-state.js';

/** Tells how often it was asked for what. */
class AskedStore extends MemoryDocumentStore {
  readonly asked: string[] = [];

  override load(collection: string, keys: readonly string[]): ReturnType<MemoryDocumentStore['load']> {
    this.asked.push(collection);
    return super.load(collection, keys);
  }

  override scan(collection: string, filter?: Filter): ReturnType<MemoryDocumentStore['scan']> {
    this.asked.push(collection);
    return super.scan(collection, filter);
  }
}

const VIEWS = Array.from({ length: 20 }, (_, number): AnyView => view<{ sum: number }>(`sums_${number}`, { version: 1 })
  .key(({ data }) => data['counterId'])
  .on(Counted, (row, { data: { by } }) => {
    if (by === number) throw new Error(`${by} is too much.`);
    return { sum: (row?.sum ?? 0) + by };
  }));

describe('a share of many views', () => {
  it('is opened with a few questions to the store for all of them, and goes on where each stood', async () => {
    const [events, documents] = [new MemoryEventStore(), new AskedStore()];
    const started = async () => {
      const engine = new Engine({ contexts: [counterContext(VIEWS)], events, documents });
      await engine.start();
      return engine;
    };
    const first = await started();
    const { position } = await first.commands.execute(command(Count, { counterId: 'a', by: 7 }));
    for (const { name } of VIEWS) expect(await first.projector.reaches(name, position, 5_000)).toBe(true);
    await first.stop();

    documents.asked.length = 0;
    const second = await started();
    // One scan of the parked documents, and one look at those that there are.
    expect([CHECKPOINTS, DEAD_LETTERS].map((collection) => documents.asked.filter((each) => each === collection).length)).toEqual([1, 2]);
    const status = await second.projector.status();
    expect(status.views.filter(({ deadLetters }) => deadLetters > 0)).toMatchObject([{ view: 'sums_7', deadLetters: 1 }]);
    const { position: last } = await second.commands.execute(command(Count, { counterId: 'a', by: 30 }));
    for (const { name } of VIEWS) expect(await second.projector.reaches(name, last, 5_000)).toBe(true);
    expect((await second.views.get('sums_3', 'a')).value).toEqual({ _id: 'a', sum: 37 });
    expect(await second.projector.deadLetters('sums_7')).toMatchObject([{ key: 'a', waiting: 2 }]);
    await second.stop();
  });
});
