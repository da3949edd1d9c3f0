import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { contexts, publishDefaultPolicies } from '#composition';
import { Engine, SetClock } from '#event-sourcing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';

const TERRITORIES = ['north', 'south', 'east', 'west'] as const;
const RUNS = 25;

const engine = new Engine({ contexts, events: new MemoryEventStore(), documents: new MemoryDocumentStore(), clock: new SetClock('2026-03-02T09:00:00Z') });
const send = (name: string, fields: object) => engine.commands.execute(plainToInstance(engine.commands.byName(name)!.command as new () => object, fields));
const get = async (view: string, key: string) => (await engine.views.get(view, key, { after: await engine.events.head() })).value;
const whoHas = async (opportunityId: string) => (await get('pipeline', opportunityId))!['representativeId'];

beforeAll(async () => {
  await engine.start();
  await publishDefaultPolicies(engine);
  await engine.processes.start();
  for (const representativeId of ['mei', 'bo', 'ken', 'ada']) await send('RegisterRepresentative', { representativeId, name: representativeId });
  for (const territoryId of TERRITORIES) await send('DefineTerritory', { territoryId, name: territoryId });
});

afterAll(() => engine.stop());

describe('a customer', () => {
  const attempt = fc.oneof(
    fc.record({ kind: fc.constant('place' as const), to: fc.constantFrom(...TERRITORIES), who: fc.nat({ max: 3 }) }),
    fc.record({ kind: fc.constant('realign' as const), from: fc.constantFrom(...TERRITORIES), to: fc.constantFrom(...TERRITORIES), who: fc.uniqueArray(fc.nat({ max: 3 }), { minLength: 1 }) }),
    fc.record({ kind: fc.constant('assign' as const), to: fc.constantFrom(...TERRITORIES, undefined), who: fc.nat({ max: 3 }) }),
  );

  it('is in one territory at the most, however many realign and place it at the same time', async () => {
    let run = 0;
    await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom(...TERRITORIES), { minLength: 4, maxLength: 4 }), fc.array(fc.array(attempt, { minLength: 2, maxLength: 6 }), { minLength: 1, maxLength: 3 }), async (starts, rounds) => {
      const ids = starts.map((_, index) => `r${run}-${index}`);
      run++;
      await Promise.all(ids.map((customerId, index) => send('RegisterCustomer', { customerId, kind: 'person', name: customerId }).then((done) => (index === 0 ? done : send('PlaceCustomerInTerritory', { customerId, territoryId: starts[index] })))));
      for (const together of rounds) {
        await Promise.allSettled(together.map((each) => {
          if (each.kind === 'place') return send('PlaceCustomerInTerritory', { customerId: ids[each.who], territoryId: each.to });
          if (each.kind === 'assign') return send('AssignCustomer', { customerId: ids[each.who], ...(each.to !== undefined && { territory: each.to }) });
          return send('RealignTerritory', { territoryId: each.to, fromTerritoryId: each.from, customerIds: each.who.map((index) => ids[index]), reason: 'At once' });
        }));
      }
      await engine.processes.settled();
      const maps = await Promise.all(TERRITORIES.map((id) => get('territory_map', id)));
      for (const id of ids) {
        const { state } = await engine.aggregates.state(engine.aggregate('customer')!, id);
        const shown = TERRITORIES.filter((_, index) => (maps[index]!['customerIds'] as string[]).includes(id));
        const { territory } = (state as { assignment: { territory?: string } }).assignment;
        expect([id, shown]).toEqual([id, territory === undefined ? [] : [territory]]);
        expect([id, (await get('territory_history', id))?.['territoryId']]).toEqual([id, territory]);
      }
      expect((await engine.processes.status()).filter(({ attention }) => attention > 0)).toEqual([]);
    }), { numRuns: RUNS });
  });
});

describe('open work', () => {
  it('follows its customer, its territory and whoever takes over, and says why; what others do stays theirs', async () => {
    await send('AssignTerritoryToRep', { territoryId: 'north', representativeId: 'mei' });
    await send('AssignTerritoryToRep', { territoryId: 'south', representativeId: 'bo' });
    await send('RegisterCustomer', { customerId: 'mingde', kind: 'organisation', name: 'Mingde Tea Houses' });
    await send('PlaceCustomerInTerritory', { customerId: 'mingde', territoryId: 'north' });
    for (const [opportunityId, representativeId] of [['of-mei', 'mei'], ['of-ken', 'ken'], ['lost', 'mei'], ['nobodys', undefined]] as const) {
      await send('OpenOpportunity', { opportunityId, customerId: 'mingde', ...(representativeId && { representativeId }) });
    }
    await send('LoseOpportunity', { opportunityId: 'lost', reason: 'price' });
    await send('AssignSalesTask', { salestaskId: 'call', customerId: 'mingde', representativeId: 'mei', dueOn: '2026-04-01', what: 'Call them' });
    await send('RealignTerritory', { territoryId: 'south', fromTerritoryId: 'north', customerIds: ['mingde'], reason: 'Shorter ways' });
    await engine.processes.settled();
    expect(await Promise.all(['of-mei', 'of-ken', 'lost', 'nobodys'].map(whoHas))).toEqual(['bo', 'ken', 'mei', 'bo']);
    const because = { cause: 'customer-moved', territoryId: 'south', fromTerritoryId: 'north' };
    expect((await get('pipeline', 'of-mei'))!['reassignments']).toMatchObject([{ from: 'mei', to: 'bo', because }]);
    expect(await get('task_board', 'call')).toMatchObject({ representativeId: 'bo', history: [{}, { what: 'reassigned', because }] });
    expect(await get('territory_history', 'mingde')).toMatchObject({ territoryId: 'south', realignments: [{ from: 'north', to: 'south', reason: 'Shorter ways' }] });

    await send('AssignTerritoryToRep', { territoryId: 'south', representativeId: 'ken' });
    await engine.processes.settled();
    expect(await Promise.all(['of-mei', 'of-ken', 'lost', 'nobodys'].map(whoHas))).toEqual(['ken', 'ken', 'mei', 'ken']);

    await send('CaptureLead', { leadId: 'lead', source: 'fair', name: 'Zhou Lan' });
    await send('AssignLead', { leadId: 'lead', representativeId: 'ken' });
    await send('ReassignCustomer', { customerId: 'mingde', representativeId: 'ken' });
    await send('RecordRepresentativeLeaving', { representativeId: 'ken', successorId: 'ada' });
    await engine.processes.settled();
    expect(await Promise.all(['of-mei', 'of-ken', 'lost', 'nobodys'].map(whoHas))).toEqual(['ada', 'ada', 'mei', 'ada']);
    expect((await get('pipeline', 'of-ken'))!['reassignments']).toMatchObject([{ from: 'ken', to: 'ada', because: { cause: 'representative-left', representativeId: 'ken' } }]);
    expect(await get('lead_board', 'lead')).toMatchObject({ representativeId: 'ada', assignedBecause: { cause: 'representative-left' } });
    expect(await get('territory_map', 'south')).toMatchObject({ representativeId: 'ada' });
    expect(await get('customer_assignments', 'mingde')).toMatchObject({ owner: 'user:ada', territory: 'south' });
    expect(await get('assignment_explanation', 'mingde')).toMatchObject({ representativeId: 'ada', formerRepresentativeId: 'ken' });
    await expect(send('AssignLead', { leadId: 'lead', representativeId: 'ken' })).rejects.toMatchObject({ code: 'representative-left' });
    expect((await engine.processes.status()).filter(({ attention }) => attention > 0)).toEqual([]);
  });
});
