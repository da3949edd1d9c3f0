import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Engine, eventTypeOf, type DocumentStore, type EventStore } from '#event-sourcing';
import { contexts, publishDefaultPolicies } from '#composition';
import { Erasures, LocalMasterKey, SubjectKeys, withSealing, type KeyStore } from '#privacy';
import { MemoryDocumentStore, MemoryEventStore, MemoryKeyStore } from '#stores/memory';
import { Person } from '../privacy/person.js';
import { asked, send, type Asked } from './life.js';

interface World {
  events: EventStore;
  documents: DocumentStore;
  keyStore: KeyStore;
  master: LocalMasterKey;
}

const world = (): World => ({ events: new MemoryEventStore(), documents: new MemoryDocumentStore(), keyStore: new MemoryKeyStore(), master: LocalMasterKey.inMemory() });

/** A process on these stores: what it has in memory is its own. */
async function started({ events, documents, keyStore, master }: World) {
  const keys = new SubjectKeys(keyStore, master);
  await keys.check();
  const engine = new Engine({ contexts, events, documents, protect: (log, types) => withSealing(log, keys, types) });
  await engine.start();
  await publishDefaultPolicies(engine);
  return { engine, keys, erasures: new Erasures({ engine, stored: events, keys }) };
}

async function rowsOf(engine: Engine): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {};
  for (const name of engine.projector.names()) {
    expect(await engine.projector.reaches(name, await engine.events.head(), 10_000)).toBe(true);
    rows[name] = await engine.documents.find(engine.projector.get(name).answering!);
  }
  const { views } = await engine.projector.status();
  expect(views.filter(({ deadLetters, state }) => deadLetters > 0 || state === 'failed')).toEqual([]);
  return rows;
}

/** Commands of the whole life of a person, in which every personal field has a mark. */
async function livesOf(customerId: string): Promise<{ person: Person; commands: Asked[] }> {
  const person = new Person(customerId, `contact-of-${customerId}`);
  const commands: Asked[] = [];
  await person.live(async (command, fields) => void commands.push([command, fields]));
  return { person, commands };
}

const SUBJECTS = ['customer-c1', 'customer-c2', 'contact-contact-of-c1', 'contact-contact-of-c3'];

describe('the views of every context', () => {
  it('forget whoever is erased, at whatever time in their lives, and are what a rebuild makes of the log', async () => {
    const steps = fc.record({ life: fc.array(asked, { maxLength: 25 }), later: fc.array(asked, { maxLength: 10 }), erased: fc.subarray(SUBJECTS, { minLength: 1 }), order: fc.infiniteStream(fc.nat(99)) });
    await fc.assert(
      fc.asyncProperty(steps, async ({ life, later, erased, order }) => {
        const people = await Promise.all(['c1', 'c2', 'c3'].map(livesOf));
        const at = world();
        const { engine, erasures } = await started(at);
        const queues = [...people.map(({ commands }) => [...commands]), [...life]];
        for (let left = queues.filter((queue) => queue.length > 0); left.length > 0; left = queues.filter((queue) => queue.length > 0)) {
          await send(engine, left[order.next().value % left.length]!.shift()!);
        }
        const gone = new Set<string>();
        for (const subject of erased) {
          const { certificate: { alsoKnownAs = [] } } = await erasures.erase({ subject, reason: 'request', actor: 'tester' });
          for (const name of [subject, ...alsoKnownAs]) gone.add(name);
        }
        for (const command of later) await send(engine, command);
        const rows = await rowsOf(engine);
        const told = JSON.stringify(rows);
        const marks = people.flatMap(({ person }) => [
          ...(gone.has(`customer-${person.customerId}`) ? person.marks.filter((mark) => !person.leadMarks.includes(mark)) : []),
          // Where the customer was gone already, the lead did not become it.
          ...(gone.has(`lead-l1-of-${person.customerId}`) ? person.leadMarks : []),
          ...(gone.has(`contact-${person.contactId}`) ? person.contactMarks : []),
        ]);
        expect(marks.filter((mark) => told.includes(mark))).toEqual([]);
        const anew = await started({ ...at, documents: new MemoryDocumentStore() });
        expect(await rowsOf(anew.engine)).toEqual(rows);
        for (const each of [engine, anew.engine]) await each.stop();
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 240_000);

  it('count the same before and after', async () => {
    const at = world();
    const { engine, erasures } = await started(at);
    const people = await Promise.all(['c1', 'c2'].map(livesOf));
    for (const { commands } of people) for (const command of commands) await send(engine, command);
    const counts = (rows: Record<string, unknown[]>) => Object.entries(rows).filter(([name]) => !name.startsWith('erasure')).map(([name, all]) => [name, all.length]);
    const before = await rowsOf(engine);
    await erasures.erase({ subject: 'customer-c1', reason: 'request', actor: 'tester' });
    const after = await rowsOf(engine);
    for (const name of ['purchases', 'loyalty', 'lifecycle', 'channel_mix', 'purchase_ledger']) expect([name, after[name]]).toEqual([name, before[name]]);
    expect(counts(after)).toEqual(counts(before));
    await engine.stop();
  });
});

describe('an interaction that was recorded for one customer and attributed to another', () => {
  const text = 'What was said';
  const strayed = async () => {
    const at = world();
    const { engine, erasures } = await started(at);
    for (const customerId of ['c1', 'c2', 'c3']) await send(engine, ['RegisterCustomer', { customerId, kind: 'person', name: customerId }]);
    await send(engine, ['RecordInteraction', { interactionId: 'i', customerId: 'c1', channel: 'phone', direction: 'inbound', summary: text }]);
    await send(engine, ['AttributeInteraction', { interactionId: 'i', customerId: 'c2', reason: 'The wrong one' }]);
    await rowsOf(engine);
    const erase = async (customerId: string) => (await erasures.erase({ subject: `customer-${customerId}`, reason: 'request', actor: 'tester' })).certificate;
    const told = async (of = engine): Promise<boolean> => {
      const [rows, known] = [JSON.stringify(await rowsOf(of)), JSON.stringify((await of.views.find('customer_timeline', { limit: 1_000 }, { moment: { knownAt: new Date().toISOString() } })).value)];
      const events: object[] = [];
      for await (const page of of.events.readAll()) events.push(...page.events.map(({ data }) => ({ ...data })));
      const state = JSON.stringify(await of.aggregates.state(of.aggregate('interaction')!, 'i'));
      const found = [rows, known, JSON.stringify(events), state].map((answer) => answer.includes(text));
      expect(new Set(found).size).toBe(1);
      return found[0]!;
    };
    return { at, engine, erase, told };
  };

  it('is told no more when the one is erased whose it is, also where the other one has a key that opens it, and in a process that starts later', async () => {
    const { at, engine, erase, told } = await strayed();
    const recorded: number[] = [];
    for await (const { events } of engine.events.readAll({ filter: { types: ['InteractionRecorded'] } })) recorded.push(...events.map(({ position }) => position));
    expect((await erase('c2')).withheldEvents).toEqual(recorded);
    expect(await told()).toBe(false);
    const later = await started(at);
    expect(await told(later.engine)).toBe(false);
    const anew = await started({ ...at, documents: new MemoryDocumentStore() });
    expect(await rowsOf(anew.engine)).toEqual(await rowsOf(engine));
    for (const each of [engine, later.engine, anew.engine]) await each.stop();
  });

  it('stays what it is when the other one is erased, of whom it says nothing', async () => {
    const { engine, erase, told } = await strayed();
    expect((await erase('c1')).withheldEvents).toBeUndefined();
    expect(await told()).toBe(true);
    await send(engine, ['CorrectInteraction', { interactionId: 'i', changes: { direction: 'outbound' }, reason: 'Typo' }]);
    expect(await rowsOf(engine)).toMatchObject({ interactions: [{ customerId: 'c2', summary: text }] });
    expect(await told()).toBe(true);
    await engine.stop();
  });

  it('stays also when it went on to a third before the second is erased', async () => {
    const { engine, erase, told } = await strayed();
    await send(engine, ['AttributeInteraction', { interactionId: 'i', customerId: 'c3', reason: 'Once more' }]);
    expect((await erase('c2')).withheldEvents).toBeUndefined();
    expect(await told()).toBe(true);
    // What was recorded first, and the first attribution.
    expect((await erase('c3')).withheldEvents).toHaveLength(2);
    expect(await told()).toBe(false);
    await engine.stop();
  });
});

describe('an erasure', () => {
  const fails = ['destroy', 'append', 'drop', 'certify', 'finish'] as const;

  it.each(fails)('that ends before "%s" is done goes on from there, and ends the same', async (step) => {
    const at = world();
    const first = await started(at);
    const { person, commands } = await livesOf('c1');
    for (const command of commands) await send(first.engine, command);
    await rowsOf(first.engine);
    const whole = { destroy: at.keyStore.destroy.bind(at.keyStore), finish: at.keyStore.finish.bind(at.keyStore) };
    const dies = () => Promise.reject(new Error('killed'));
    const { keys, engine, erasures } = first;
    if (step === 'destroy') at.keyStore.destroy = dies;
    if (step === 'finish') at.keyStore.finish = dies;
    if (step === 'drop') engine.forget = dies;
    let appends = 0;
    const append = at.events.append.bind(at.events);
    if (step === 'append' || step === 'certify') at.events.append = (...args) => (++appends === (step === 'append' ? 1 : 2) ? dies() : append(...args));
    await expect(erasures.erase({ subject: 'customer-c1', reason: 'request', actor: 'tester' })).rejects.toThrow('killed');
    await engine.stop();
    Object.assign(at.keyStore, whole);
    at.events.append = append;
    expect(keys.isErased('customer-c1')).toBe(step !== 'destroy');

    const next = await started(at);
    await next.erasures.resume();
    const { certificate } = await next.erasures.erase({ subject: 'customer-c1', reason: 'request', actor: 'tester' });
    expect(certificate).toMatchObject({ subject: 'customer-c1', plainEvents: [] });
    const told = JSON.stringify(await rowsOf(next.engine));
    expect(person.marks.filter((mark) => told.includes(mark))).toEqual([]);
    const recorded: string[] = [];
    for await (const page of next.engine.events.readStream('erasure-customer-c1')) recorded.push(...page.map(({ type }) => type));
    expect(recorded).toEqual(['PersonalDataErased', 'ErasureCertified']);
    expect(await at.keyStore.unfinished()).toEqual([]);
    await next.engine.stop();
  });

  it('is one of the whole person, by whichever of their names it is asked for: of merged customers, and of leads that became one', async () => {
    const names = ['customer-c1', 'customer-c2', 'lead-l1-of-c1', 'lead-l1-of-c2', 'lead-l2-of-c1', 'lead-l2-of-c2'];
    for (const subject of [names[0]!, names[1]!, names[4]!]) {
      const { engine, erasures } = await started(world());
      const [one, other, third] = await Promise.all(['c1', 'c2', 'c3'].map(livesOf));
      for (const { commands } of [one!, other!, third!]) for (const command of commands) await send(engine, command);
      await send(engine, ['MergeCustomers', { customerId: 'c1', intoCustomerId: 'c2', reason: 'The same telephone' }]);
      const { certificate } = await erasures.erase({ subject, reason: 'request', actor: 'tester' });
      expect([subject, ...certificate.alsoKnownAs!].sort()).toEqual(names);
      const told = JSON.stringify(await rowsOf(engine));
      expect([...one!.person.marks, ...other!.person.marks].filter((mark) => told.includes(mark))).toEqual([]);
      expect(third!.person.marks.filter((mark) => told.includes(mark)).length).toBeGreaterThan(10);
      expect((await erasures.erase({ subject: 'customer-c3', reason: 'request', actor: 'tester' })).certificate.alsoKnownAs).toEqual(['lead-l1-of-c3', 'lead-l2-of-c3']);
      await engine.stop();
    }
  });

  it('of customers that were merged and are two again is one of each alone', async () => {
    const { engine, erasures } = await started(world());
    for (const customerId of ['c1', 'c2']) await send(engine, ['RegisterCustomer', { customerId, kind: 'person', name: `Name of ${customerId}` }]);
    await send(engine, ['MergeCustomers', { customerId: 'c1', intoCustomerId: 'c2', reason: 'The same telephone' }]);
    await send(engine, ['UnmergeCustomers', { customerId: 'c1', reason: 'Twins' }]);
    expect((await erasures.erase({ subject: 'customer-c2', reason: 'request', actor: 'tester' })).certificate).not.toHaveProperty('alsoKnownAs');
    expect(JSON.stringify(await rowsOf(engine))).toContain('Name of c1');
    await engine.stop();
  });

  it('of somebody whom nobody knows is refused', async () => {
    const { engine, erasures } = await started(world());
    for (const subject of ['customer-nobody', 'lead-nobody', 'purchase-1', 'nonsense']) {
      await expect(erasures.erase({ subject, reason: 'request', actor: 'tester' })).rejects.toMatchObject({ code: 'subject-not-found' });
    }
    await engine.stop();
  });

  it('holds also where an older key store is put back, and names what was stored without seals', async () => {
    const at = world();
    const { engine, erasures } = await started(at);
    const { person, commands } = await livesOf('c1');
    for (const command of commands) await send(engine, command);
    const plain = { id: '7b0f2f4e-8b1b-4a8e-9d8e-0a3f7f4d2c11', schemaVersion: 1, occurredAt: '2026-01-05T12:00:00.000Z', metadata: { commandId: 'c', correlationId: 'k', actor: 'tester', source: 'test' } };
    const { position } = await at.events.append('customer-c1', 'any', [{ ...plain, type: 'CustomerRenamed', data: { customerId: 'c1', name: 'Plainly stored' } }]);
    const copy = new MemoryKeyStore();
    await copy.add([...(await at.keyStore.load(['customer-c1', `contact-${person.contactId}`])).values()] as never);
    for (const key of await at.keyStore.wrappingKeys()) await copy.addWrappingKey(key);
    const { certificate } = await erasures.erase({ subject: 'customer-c1', reason: 'request', actor: 'tester' });
    expect(certificate.plainEvents).toEqual([position]);
    await engine.stop();

    const back = await started({ ...at, keyStore: copy });
    await back.erasures.resume();
    const told = JSON.stringify(await rowsOf(back.engine));
    expect([...person.marks, 'Plainly stored'].filter((mark) => told.includes(mark))).toEqual([]);
    expect((await copy.load(['customer-c1'])).get('customer-c1')?.wrapped).toBeNull();
    await back.engine.stop();
  });

  it('reaches a process that had the key and the person in memory', async () => {
    const at = world();
    const [one, other] = [await started(at), await started(at)];
    const { person, commands } = await livesOf('c1');
    for (const command of commands) await send(one.engine, command);
    const customer = one.engine.aggregate('customer')!;
    expect(JSON.stringify(await other.engine.aggregates.state(customer, 'c1'))).toContain(person.marks[1]);
    other.erasures.start();
    await one.erasures.erase({ subject: 'customer-c1', reason: 'request', actor: 'tester' });
    expect(await other.engine.projector.reaches('customers', await at.events.head(), 10_000)).toBe(true);
    while (JSON.stringify(await other.engine.aggregates.state(customer, 'c1')).includes(person.marks[1]!)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(other.keys.atHand('customer-c1')).toBe('erased');
    await other.erasures.stop();
    for (const { engine } of [one, other]) await engine.stop();
  });
});

it('every personal field has a person whom the event names', () => {
  for (const type of contexts.flatMap(({ events }) => events).map(eventTypeOf)) {
    for (const { subjects } of type.personal) for (const path of subjects) expect([type.name, path]).toEqual([type.name, expect.stringMatching(/(customer|contact|lead)Id$/i)]);
  }
});
