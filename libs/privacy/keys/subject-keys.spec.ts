import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { LocalMasterKey, SubjectKeys, UnusableMasterKey, type NewKey } from '#privacy';
import { MemoryKeyStore } from '#stores/memory';

const order = { id: randomUUID(), orderedAt: '2026-01-05T12:00:00.000Z', orderedBy: 'tester', reason: 'request' };
const subjects = Array.from({ length: 20 }, (_, n) => `customer-${n}`);
const keyText = () => Buffer.from(randomUUID().replaceAll('-', '')).toString('base64');

class CountingKeyStore extends MemoryKeyStore {
  additions = 0;

  override async add(keys: readonly NewKey[]) {
    this.additions++;
    return super.add(keys);
  }
}

describe('the keys of subjects', () => {
  it('are made in one write for all who ask at the same time, one for each person', async () => {
    const store = new CountingKeyStore();
    const keys = new SubjectKeys(store, LocalMasterKey.inMemory());
    const issued = await Promise.all([...subjects, ...subjects].map((subject) => keys.issue([subject])));
    expect(store.additions).toBe(1);
    expect(new Set(issued.flatMap((each) => [...each.values()]).map(String)).size).toBe(subjects.length);
  });

  it('are the same for another process with the same master key, and nothing to one with another', async () => {
    const store = new MemoryKeyStore();
    const text = keyText();
    const one = await new SubjectKeys(store, LocalMasterKey.fromText(text, 'a test')).issue(subjects);
    expect(await new SubjectKeys(store, LocalMasterKey.fromText(text, 'a test')).find(subjects)).toEqual(one);
    await expect(new SubjectKeys(store, LocalMasterKey.fromText(keyText(), 'a test')).check()).rejects.toThrow(UnusableMasterKey);
  });

  it('are found again after more than the cache holds', async () => {
    const keys = new SubjectKeys(new MemoryKeyStore(), LocalMasterKey.inMemory(), { cacheSize: 2 });
    const issued = await keys.issue(subjects);
    expect(await keys.find(subjects)).toEqual(issued);
    expect(subjects.filter((subject) => keys.atHand(subject)).length).toBeLessThanOrEqual(2);
  });

  it('stay as they are when the master key is changed, and need the new one alone after that', async () => {
    const store = new MemoryKeyStore();
    const [former, present] = [keyText(), keyText()];
    const before = await new SubjectKeys(store, LocalMasterKey.fromText(former, 'a test')).issue(subjects);
    const changing = new SubjectKeys(store, LocalMasterKey.fromText(`${present},${former}`, 'a test'));
    expect(await changing.rotate()).toEqual({ generation: 2, rewrapped: subjects.length, resumed: false });
    expect(await new SubjectKeys(store, LocalMasterKey.fromText(present, 'a test')).find(subjects)).toEqual(before);
    await expect(new SubjectKeys(store, LocalMasterKey.fromText(former, 'a test')).check()).rejects.toThrow(UnusableMasterKey);
  });

  it('go on to be wrapped anew where that was interrupted', async () => {
    const store = new MemoryKeyStore();
    const keys = new SubjectKeys(store, LocalMasterKey.inMemory());
    const before = await keys.issue(subjects);
    const rewrap = store.rewrap.bind(store);
    store.rewrap = async (some) => {
      await rewrap(some.slice(0, 5));
      throw new Error('killed');
    };
    await expect(keys.rotate()).rejects.toThrow('killed');
    store.rewrap = rewrap;
    expect(await keys.rotate()).toEqual({ generation: 2, rewrapped: 15, resumed: true });
    expect(await keys.find(subjects)).toEqual(before);
    expect(await keys.rotate()).toMatchObject({ generation: 3, rewrapped: 20 });
    expect((await store.wrappingKeys()).map(({ generation }) => generation)).toEqual([3, 2]);
  });

  it('stay destroyed through a rotation', async () => {
    const keys = new SubjectKeys(new MemoryKeyStore(), LocalMasterKey.inMemory());
    await keys.issue(subjects);
    await keys.destroy(subjects[0]!, order);
    expect(await keys.rotate()).toMatchObject({ rewrapped: 19 });
    expect((await keys.find([subjects[0]!])).get(subjects[0]!)).toBe('erased');
  });
});
