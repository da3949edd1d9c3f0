import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { contexts, publishDefaultPolicies } from '#composition';
import { Engine } from '#event-sourcing';
import { Erasures, LocalMasterKey, SubjectKeys, withSealing } from '#privacy';
import { MemoryDocumentStore, MemoryEventStore, MemoryKeyStore } from '#stores/memory';
import { duplicateIdOf, findDuplicates } from './index.js';

async function started() {
  const [events, keys] = [new MemoryEventStore(), new SubjectKeys(new MemoryKeyStore(), LocalMasterKey.inMemory())];
  const engine = new Engine({ contexts, events, documents: new MemoryDocumentStore(), protect: (log, types) => withSealing(log, keys, types) });
  await engine.start();
  await publishDefaultPolicies(engine);
  const send = (name: string, fields: object) => engine.commands.execute(plainToInstance(engine.commands.byName(name)!.command as new () => object, fields));
  const registered = async (customerId: string, name: string, email: string) => {
    await send('RegisterCustomer', { customerId, kind: 'person', name });
    await send('AddContactMethod', { customerId, contactMethodId: 'm', type: 'e-mail', value: email });
  };
  const candidates = async () => (await engine.views.find('duplicate_candidates', {}, { after: await events.head() })).value.items.map(({ _id, status }) => [_id, status]);
  return { engine, events, send, registered, candidates, search: () => findDuplicates(engine, { actor: 'tester' }), erasures: new Erasures({ engine, stored: events, keys }) };
}

describe('a search for duplicates', () => {
  it('suspects each pair once, leaves alone what was dismissed, and is over with whom one is merged', async () => {
    const { engine, send, registered, candidates, search } = await started();
    await registered('a', 'Li Wei', 'li@example.com');
    await registered('b', 'Wei Li', 'LI@example.com');
    await registered('c', 'Ann Other', 'ann@example.com');
    await registered('d', 'Ann Öther', 'ann@example.com');
    expect(await search()).toEqual({ compared: 4, found: 2, suspected: 2 });
    expect(await search()).toEqual({ compared: 4, found: 2, suspected: 0 });
    await send('DismissDuplicate', { duplicateId: duplicateIdOf({ customerId: 'd', otherCustomerId: 'c' }), reason: 'Mother and daughter' });
    await send('MergeCustomers', { customerId: 'b', intoCustomerId: 'a', reason: 'The same' });
    expect(await candidates()).toEqual([['a/b', 'confirmed'], ['c/d', 'dismissed']]);
    expect(await search()).toEqual({ compared: 3, found: 1, suspected: 0 });
    await send('UnmergeCustomers', { customerId: 'b', reason: 'Twins' });
    expect(await candidates()).toEqual([['a/b', 'dismissed'], ['c/d', 'dismissed']]);
    await engine.stop();
  });

  it('leaves nothing personal in the log, and finds nothing of whom was erased', async () => {
    const { engine, events, registered, search, candidates, erasures } = await started();
    await registered('a', 'Li Wei', 'li@example.com');
    await registered('b', 'Li Wei', 'li@example.com');
    await search();
    await erasures.erase({ subject: 'customer-a', reason: 'request', actor: 'tester' });
    expect(await search()).toMatchObject({ found: 0 });
    await erasures.erase({ subject: 'customer-b', reason: 'request', actor: 'tester' });
    expect(await candidates()).toEqual([['a/b', 'suspected']]);
    const stored: unknown[] = [];
    for await (const page of events.readAll()) stored.push(...page.events);
    for (const name of await engine.documents.listCollections()) stored.push(await engine.documents.find(name));
    expect(JSON.stringify(stored)).not.toMatch(/li wei|wei li|li@example/i);
    await engine.stop();
  });
});
