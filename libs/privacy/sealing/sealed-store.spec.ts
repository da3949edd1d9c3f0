import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DomainEvent, eventTypeOf, EventTypes, Personal, type EventToAppend, type RecordedEvent } from '#event-sourcing';
import { eventStoreContract } from '#event-sourcing/testing';
import { LocalMasterKey, MissingKey, SubjectKeys, withSealing, type SealingOptions } from '#privacy';
import { MemoryEventStore, MemoryKeyStore } from '#stores/memory';

@DomainEvent()
class Noted {
  customerId!: string;
  @Personal() note?: string | null;
  amount?: number;
  @Personal({ subject: ['customerId', 'facts.contactId'] }) talk?: string;
  facts?: { contactId?: string };
  @Personal() family?: { children: number };
}

@DomainEvent()
class Known {
  about?: Record<string, string>;
  @Personal({ subject: 'about.*', optional: true }) known!: unknown;
}

const types = new EventTypes([Noted, Known]);
const order = { id: randomUUID(), orderedAt: '2026-01-05T12:00:00.000Z', orderedBy: 'tester', reason: 'request' };

const noted = (data: Partial<Noted>): EventToAppend => ({
  id: randomUUID(), type: eventTypeOf(Noted).name, schemaVersion: 1, occurredAt: '2026-01-05T12:00:00.000Z', data,
  metadata: { commandId: 'c', correlationId: 'k', actor: 'tester', source: 'test' },
});

function opened(options?: SealingOptions) {
  const raw = new MemoryEventStore();
  const keyStore = new MemoryKeyStore();
  const keys = new SubjectKeys(keyStore, LocalMasterKey.inMemory());
  return { raw, keyStore, keys, store: withSealing(raw, keys, types, options) };
}

async function read(store: { readStream(stream: string): AsyncIterable<readonly RecordedEvent[]> }, stream = 's-1'): Promise<object[]> {
  const events: object[] = [];
  for await (const page of store.readStream(stream)) events.push(...page.map(({ data }) => data));
  return events;
}

eventStoreContract('an event store that seals', { open: async () => opened().store });

describe('what is sealed', () => {
  it('is in no stored byte, and reads as it was, field by field in its order', async () => {
    const { raw, store } = opened();
    const data = { customerId: '1', note: 'Lí 伟', amount: 5, family: { children: 2 } };
    await store.append('s-1', 'none', [noted(data)]);
    const [stored] = await read(raw);
    expect(JSON.stringify(stored)).not.toMatch(/Lí|children/);
    expect(stored).toMatchObject({ customerId: '1', note: '', amount: 5, family: null });
    expect(JSON.stringify((await read(store))[0])).toBe(JSON.stringify(data));
  });

  it('reads the same by every way of reading', async () => {
    const { store } = opened();
    const { position } = await store.append('s-1', 'none', [noted({ customerId: '1', note: 'Li Wei' })]);
    const seen: unknown[] = [...(await store.readAt([position]))];
    for await (const { events } of store.readAll()) seen.push(...events);
    for await (const { events, caughtUp } of store.subscribe()) {
      seen.push(...events);
      if (caughtUp) break;
    }
    expect(seen).toHaveLength(3);
    for (const event of seen) expect((event as RecordedEvent).data).toEqual({ customerId: '1', note: 'Li Wei' });
  });

  it('leaves alone what is not personal: events without such fields, null and what is not there', async () => {
    const { raw, keyStore, store } = opened();
    await store.append('s-1', 'none', [noted({ customerId: '1', amount: 3, note: null })]);
    expect(await read(raw)).toEqual([{ customerId: '1', amount: 3, note: null }]);
    expect(await keyStore.load(['customer-1'])).toEqual(new Map());
  });

  it('cannot be opened in another event, as another field or for another person', async () => {
    const { raw, store } = opened();
    await store.append('s-1', 'none', [noted({ customerId: '1', note: 'Li Wei' }), noted({ customerId: '2', note: 'Ada' })]);
    const [one, other] = (await read(raw)) as [Record<string, unknown>, Record<string, unknown>];
    for (const forged of [{ ...one }, { ...other, $personal: one['$personal'] }]) {
      await raw.append('s-2', 'any', [noted(forged as Partial<Noted>)]);
      const data = (await read(store, 's-2')).at(-1) as Noted;
      expect(() => data.note).toThrow('It was changed');
    }
  });

  it('differs each time, also where the text is the same', async () => {
    const { raw, store } = opened();
    await store.append('s-1', 'none', [noted({ customerId: '1', note: 'Li Wei' }), noted({ customerId: '1', note: 'Li Wei' })]);
    const [one, other] = (await read(raw)) as { $personal: string[] }[];
    expect(one!.$personal.slice(0, 2)).toEqual(other!.$personal.slice(0, 2));
    expect(one!.$personal[2]).not.toBe(other!.$personal[2]);
  });

  it('is refused where the event names nobody whom it is about', async () => {
    await expect(opened().store.append('s-1', 'none', [noted({ note: 'Li Wei' })])).rejects.toThrow('names nobody in customerId');
  });
});

describe('what is about everybody whom an object names', () => {
  const known = (data: Known): EventToAppend => ({ ...noted({}), type: eventTypeOf(Known).name, data });

  it('is sealed for all of them, and for nobody where it names nobody', async () => {
    const { raw, keys, store } = opened();
    const data = { about: { customerId: '1', alsoCustomerId: '2', contactId: 'a' }, known: { name: 'Lí' } };
    await store.append('s-1', 'none', [known(data), known({ known: { total: 3 } })]);
    expect(JSON.stringify((await read(raw))[0])).not.toContain('Lí');
    expect((await read(raw))[1]).toEqual({ known: { total: 3 } });
    expect(await read(store)).toEqual([data, { known: { total: 3 } }]);
    await keys.destroy('customer-2', order);
    expect((await read(store))[0]).toEqual({ about: data.about });
  });
});

describe('what is not sealed', () => {
  it('reads as it is, whether it was stored before there were seals or while they were off', async () => {
    const { raw, store } = opened({ seal: false });
    await store.append('s-1', 'none', [noted({ customerId: '1', note: 'Li Wei' })]);
    expect(await read(raw)).toEqual([{ customerId: '1', note: 'Li Wei' }]);
    expect(await read(store)).toEqual([{ customerId: '1', note: 'Li Wei' }]);
  });

  it('is not shown of the erased either', async () => {
    const { raw, store, keys } = opened();
    await raw.append('s-1', 'none', [noted({ customerId: '1', note: 'Li Wei', amount: 1 })]);
    await keys.destroy('customer-1', order);
    expect(await read(store)).toEqual([{ customerId: '1', note: '[erased]', amount: 1 }]);
  });
});

describe('what is sealed for an erased person', () => {
  it('reads as erased: a text says so, anything else is missing, the rest stays', async () => {
    const { store, keys } = opened();
    await store.append('s-1', 'none', [noted({ customerId: '1', note: 'Li Wei', amount: 5, family: { children: 2 } }), noted({ customerId: '2', note: 'Ada' })]);
    await keys.destroy('customer-1', order);
    expect(await read(store)).toEqual([{ customerId: '1', note: '[erased]', amount: 5 }, { customerId: '2', note: 'Ada' }]);
  });

  it('is erased with the first of two whom it is about', async () => {
    const { store, keys } = opened();
    await store.append('s-1', 'none', [noted({ customerId: '1', note: 'Calls', talk: 'With Ada', facts: { contactId: 'a' } })]);
    await store.append('s-1', 0, [noted({ customerId: '1', talk: 'Alone' })]);
    await keys.destroy('contact-a', order);
    expect(await read(store)).toEqual([
      { customerId: '1', note: 'Calls', talk: '[erased]', facts: { contactId: 'a' } },
      { customerId: '1', talk: 'Alone' },
    ]);
  });

  it('is not added to: what is personal is refused, the rest is taken', async () => {
    const { store, keys } = opened();
    await keys.destroy('customer-1', order);
    await expect(store.append('s-1', 'none', [noted({ customerId: '1', note: 'Li Wei' })])).rejects.toMatchObject({ name: 'Rejection', code: 'person-erased' });
    await store.append('s-1', 'none', [noted({ customerId: '1', amount: 7, note: '[erased]' })]);
    expect(await read(store)).toEqual([{ customerId: '1', amount: 7, note: '[erased]' }]);
  });

  it('is not brought back by who read the key before', async () => {
    const { raw, store, keys, keyStore } = opened();
    await store.append('s-1', 'none', [noted({ customerId: '1', note: 'Li Wei' })]);
    const slow = new SubjectKeys(keyStore, LocalMasterKey.inMemory());
    const before = await keyStore.load(['customer-1']);
    keyStore.load = async () => before;
    slow.forget('customer-1');
    expect(await read(withSealing(raw, slow, types))).toEqual([{ customerId: '1', note: '[erased]' }]);
    keys.forget('customer-1');
    expect(await read(store)).toEqual([{ customerId: '1', note: '[erased]' }]);
  });
});

describe('a key that is missing though nobody erased it', () => {
  it('is an error that says what to put back, and is not taken for an erasure', async () => {
    const { raw, store } = opened();
    await store.append('s-1', 'none', [noted({ customerId: '1', note: 'Li Wei' })]);
    await expect(read(withSealing(raw, new SubjectKeys(new MemoryKeyStore(), LocalMasterKey.inMemory()), types))).rejects.toThrow(MissingKey);
  });
});
