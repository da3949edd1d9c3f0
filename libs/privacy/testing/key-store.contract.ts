import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ErasureOrder, KeyStore, NewKey } from '../keys/key-store.js';

export interface KeyStoreUnderTest {
  /** Opens a store of its own that holds nothing. */
  open: () => Promise<KeyStore>;
  /** Closes the store and opens it again with what it held; left out where a store keeps nothing. */
  reopen?: (store: KeyStore) => Promise<KeyStore>;
}

const order = (): ErasureOrder => ({ id: randomUUID(), orderedAt: '2026-01-05T12:00:00.000Z', orderedBy: 'tester', reason: 'request' });

const newKeyOf = (subject: string, generation = 1): NewKey => ({
  subject, fingerprint: randomBytes(8).toString('hex'), wrapped: { generation, bytes: randomBytes(60) }, order: null,
});

/** What every adapter of {@link KeyStore} keeps to. Call it in a test file: `keyStoreContract('MyKeys', { open })`. */
export function keyStoreContract(name: string, { open, reopen }: KeyStoreUnderTest): void {
  describe(`${name}, as every key store,`, () => {
    let store: KeyStore;
    const fresh = () => `customer-${randomUUID()}`;
    beforeAll(async () => void (store = await open()));
    afterAll(() => store.close());

    it('keeps keys and gives them back, and leaves out whom it does not know', async () => {
      const [one, other] = [newKeyOf(fresh()), newKeyOf(fresh())];
      expect(await store.add([one, other])).toEqual(new Map([[one.subject, one], [other.subject, other]]));
      expect(await store.load([one.subject, 'customer-nobody'])).toEqual(new Map([[one.subject, one]]));
      expect(await store.load([])).toEqual(new Map());
    });

    it('keeps the first key of a subject, also of two that come at once', async () => {
      const first = newKeyOf(fresh());
      await store.add([first]);
      expect((await store.add([newKeyOf(first.subject)])).get(first.subject)).toEqual(first);
      const subject = fresh();
      const answers = await Promise.all([store.add([newKeyOf(subject)]), store.add([newKeyOf(subject)])]);
      const kept = (await store.load([subject])).get(subject);
      for (const answer of answers) expect(answer.get(subject)).toEqual(kept);
    });

    it('destroys a key once and for all, and says of whom', async () => {
      const [key, first] = [newKeyOf(fresh()), order()];
      await store.add([key]);
      const destroyed = { subject: key.subject, fingerprint: key.fingerprint, wrapped: null, order: first };
      expect(await store.destroy(key.subject, first)).toEqual(destroyed);
      expect(await store.destroy(key.subject, order())).toEqual(destroyed);
      expect((await store.add([newKeyOf(key.subject)])).get(key.subject)).toEqual(destroyed);
      expect(await store.load([key.subject])).toEqual(new Map([[key.subject, destroyed]]));
      expect(await store.erased()).toContain(key.subject);
    });

    it('lets nobody who was erased get a first key', async () => {
      const [subject, first] = [fresh(), order()];
      const destroyed = { subject, fingerprint: null, wrapped: null, order: first };
      expect(await store.destroy(subject, first)).toEqual(destroyed);
      expect((await store.add([newKeyOf(subject)])).get(subject)).toEqual(destroyed);
    });

    it('knows whose erasure is not finished', async () => {
      const [one, other] = [fresh(), fresh()];
      await store.destroy(one, order());
      await store.destroy(other, order());
      await store.finish(one);
      const open = (await store.unfinished()).map(({ subject }) => subject);
      expect(open).toContain(other);
      expect(open).not.toContain(one);
    });

    it('has wrapping keys, one for each generation, the newest first', async () => {
      const mine = await open();
      expect(await mine.wrappingKeys()).toEqual([]);
      expect(await mine.addWrappingKey({ generation: 1, wrapped: 'one' })).toBe(true);
      expect(await mine.addWrappingKey({ generation: 1, wrapped: 'other' })).toBe(false);
      expect(await mine.addWrappingKey({ generation: 2, wrapped: 'two' })).toBe(true);
      await mine.replaceWrappingKey({ generation: 1, wrapped: 'anew' });
      expect(await mine.wrappingKeys()).toEqual([{ generation: 2, wrapped: 'two' }, { generation: 1, wrapped: 'anew' }]);
      await mine.removeWrappingKey(1);
      expect(await mine.wrappingKeys()).toEqual([{ generation: 2, wrapped: 'two' }]);
      await mine.close();
    });

    it('tells which keys are wrapped by an older generation, and takes them wrapped anew unless they were destroyed', async () => {
      const mine = await open();
      const [one, gone, present] = [newKeyOf(fresh(), 1), newKeyOf(fresh(), 1), newKeyOf(fresh(), 2)];
      await mine.add([one, gone, present]);
      const old = await mine.wrappedBefore(2, 10);
      expect(old.map(({ subject }) => subject).sort()).toEqual([one.subject, gone.subject].sort());
      expect(await mine.wrappedBefore(2, 1)).toHaveLength(1);
      await mine.destroy(gone.subject, order());
      const anew = old.map((key) => ({ ...key, wrapped: { generation: 2, bytes: randomBytes(60) } }));
      await mine.rewrap(anew);
      expect(await mine.wrappedBefore(2, 10)).toEqual([]);
      const loaded = await mine.load([one.subject, gone.subject]);
      expect(loaded.get(one.subject)).toEqual(anew.find(({ subject }) => subject === one.subject));
      expect(loaded.get(gone.subject)?.wrapped).toBeNull();
      await mine.close();
    });

    if (reopen) {
      it('has all of it when it is opened again', async () => {
        let mine = await open();
        const [key, gone, its] = [newKeyOf(fresh()), newKeyOf(fresh()), order()];
        await mine.add([key, gone]);
        await mine.addWrappingKey({ generation: 1, wrapped: 'one' });
        await mine.destroy(gone.subject, its);
        mine = await reopen(mine);
        expect((await mine.load([key.subject])).get(key.subject)).toEqual(key);
        expect((await mine.unfinished()).map(({ subject }) => subject)).toEqual([gone.subject]);
        expect(await mine.wrappingKeys()).toEqual([{ generation: 1, wrapped: 'one' }]);
        await mine.close();
      });
    }
  });
}
