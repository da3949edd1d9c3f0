import { describe, expect, it } from '@jest/globals';
import { Customer, CustomerAssigned, CustomerRegistered, PutCustomerInTerritory } from '#customers';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { OpportunityReopened, OpportunityWon } from '../opportunities/domain/events.js';
import { placeCustomerInTerritory, realignTerritory } from './commands/territories.js';
import { Territory, TerritoryDefined, TerritoryRealigned } from './domain/territory.js';
import { realigning } from './processes/realigning.js';
import { territoryHistory } from './views/territory-history.view.js';
import { territoryMap } from './views/territory-map.view.js';

const customerId = 'c1';
const NOON = '2026-01-05T12:00:00.000Z';
const registered = event(CustomerRegistered, { customerId, kind: 'person', name: 'Li Wei', status: 'active' });
const south = event(TerritoryDefined, { territoryId: 'south', name: 'South' });
const north = event(TerritoryDefined, { territoryId: 'north', name: 'North' });
const placed = event(CustomerAssigned, { customerId, assignment: { territory: 'north' } });
const realigned = event(TerritoryRealigned, { territoryId: 'south', fromTerritoryId: 'north', customerIds: [customerId], reason: 'Shorter ways' });
const moved = event(CustomerAssigned, { customerId, assignment: { territory: 'south' }, formerTerritory: 'north' });
const left = event(CustomerAssigned, { customerId, assignment: {}, formerTerritory: 'south' });

describe('a territory', () => {
  it('takes a customer that is in no other; one that is has to be moved', () => {
    const place = { territoryId: 'north', customerId };
    const known = { name: 'North' };
    given(Customer, [registered]).when(placeCustomerInTerritory, place, {}, known).then([placed]);
    given(Customer, [registered, placed]).when(placeCustomerInTerritory, place, {}, known).then([]);
    given(Customer, [registered, placed, moved]).when(placeCustomerInTerritory, place, {}, known).thenRejected('customer-elsewhere');
    given(Customer, [registered]).when(placeCustomerInTerritory, place, {}, null).thenRejected('territory-not-found');
    given(Customer, []).when(placeCustomerInTerritory, place, {}, known).thenRejected('customer-not-found');
  });

  it('takes over customers that are where it says', () => {
    const command = { territoryId: 'south', fromTerritoryId: 'north', customerIds: [customerId], reason: 'Shorter ways' };
    given(Territory, [south]).when(realignTerritory, command, {}, { from: { name: 'North' }, strangers: [] }).then([realigned]);
    given(Territory, [south]).when(realignTerritory, command, {}, { from: { name: 'North' }, strangers: [customerId] }).thenRejected('customer-elsewhere');
    given(Territory, [south]).when(realignTerritory, command, {}, { from: null, strangers: [] }).thenRejected('territory-not-found');
    given(Territory, [south]).when(realignTerritory, { ...command, fromTerritoryId: 'south' }, {}, { from: { name: 'South' }, strangers: [] }).thenRejected('same-territory');
  });

  it('has each customer moved by a decision of its own, from where it is', () => {
    given(realigning).when(realigned).thenCommands([PutCustomerInTerritory, { customerId, territory: 'south', from: 'north', occurredAt: NOON }]).thenEnded()
      .whenRejected(PutCustomerInTerritory, 'customer-elsewhere').thenCommands();
  });

  it('shows whom it has, before and after a realignment, and when customers leave', () => {
    const customersOf = (territory: string, ...more: Parameters<typeof given>[1][]) => given(territoryMap, [north, south, ...more.flat()] as never).rows().get(territory)!.customerIds;
    expect([customersOf('north', [placed]), customersOf('south', [placed])]).toEqual([['c1'], []]);
    expect([customersOf('north', [placed, realigned, moved]), customersOf('south', [placed, realigned, moved])]).toEqual([[], ['c1']]);
    expect(customersOf('south', [placed, moved, left])).toEqual([]);
    given(territoryMap, [placed, realigned, moved, north]).then('north', { name: 'North', customerIds: [], realignments: 1 });
  });
});

describe('where a customer is and was', () => {
  it('is told with the reason of the realignment that moved it', () => {
    const other = event(TerritoryRealigned, { territoryId: 'east', fromTerritoryId: 'north', customerIds: [customerId], reason: 'Later' });
    expect(given(territoryHistory, [placed, realigned, other, moved]).rows().get(customerId)).toMatchObject({ territoryId: 'south', realignments: [{ from: 'north', to: 'south', at: NOON, reason: 'Shorter ways' }] });
    expect(given(territoryHistory, [placed, moved, left]).rows().get(customerId)).not.toHaveProperty('territoryId');
  });

  it('is compared by what is won before and after a realignment', async () => {
    const usd = (amount: number) => ({ amount, currency: 'USD' });
    const ended = { salesprocessId: 'p', version: 1, since: '2026-01-01T00:00:00.000Z', openedAt: '2026-01-01T00:00:00.000Z', stage: 's' };
    const won = (opportunityId: string, amount: number, at: string, position: number) =>
      recorded(event(OpportunityWon, { opportunityId, customerId, value: usd(amount), ended, competitorIds: [] }), { occurredAt: at, position });
    const history = [placed, won('long-ago', 1, '2025-01-01T00:00:00.000Z', 2), won('a', 100, '2026-02-01T00:00:00.000Z', 3), recorded(moved, { occurredAt: '2026-03-01T00:00:00.000Z', position: 4 }),
      won('b', 300, '2026-03-01T00:00:00.000Z', 6), won('c', 50, '2026-04-01T00:00:00.000Z', 7)];
    const former = { outcome: 'won' as const, endedAt: '2026-04-01T00:00:00.000Z', value: usd(50), ended, competitorIds: [] };
    const undone = event(OpportunityReopened, { opportunityId: 'c', customerId, former, stage: 's' });
    expect(await given(territoryHistory, [...history, undone]).report('before_and_after', '2026-07-01T00:00:00.000Z')).toEqual([
      { from: 'north', to: 'south', at: '2026-03-01T00:00:00.000Z', customers: 1, before: { won: 1, value: { USD: 100 } }, after: { won: 1, value: { USD: 300 } } },
    ]);
  });
});
