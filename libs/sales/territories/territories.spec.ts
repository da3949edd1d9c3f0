import { describe, expect, it } from '@jest/globals';
import { PutCustomerInTerritory, TakeCustomerOutOfTerritory } from '#customers';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { OpportunityReopened, OpportunityWon } from '../opportunities/domain/events.js';
import { placeCustomerInTerritory, realignTerritory } from './commands/territories.js';
import { CustomerPlacedInTerritory, CustomersLeftTerritory, Territory, TerritoryDefined, TerritoryRealigned } from './domain/territory.js';
import { territoriesAssigning } from './processes/territories-assigning.js';
import { territoryHistory } from './views/territory-history.view.js';
import { territoryMap } from './views/territory-map.view.js';

const south = event(TerritoryDefined, { territoryId: 'south', name: 'South' });
const north = event(TerritoryDefined, { territoryId: 'north', name: 'North' });
const placed = event(CustomerPlacedInTerritory, { territoryId: 'north', customerId: 'c1' });
const realigned = event(TerritoryRealigned, { territoryId: 'south', fromTerritoryId: 'north', customerIds: ['c1'], reason: 'Shorter ways' });
const left = event(CustomersLeftTerritory, { territoryId: 'north', customerIds: ['c1'] });
const customer = (territory?: string) => ({ deactivated: false, blacklisted: false, assignment: { ...(territory !== undefined && { territory }) } });

describe('a territory', () => {
  it('takes a customer that is in no other; one that is has to be moved', () => {
    const place = { territoryId: 'north', customerId: 'c1' };
    given(Territory, [north]).when(placeCustomerInTerritory, place, {}, { customer: customer(), present: null }).then([placed]);
    given(Territory, [north]).when(placeCustomerInTerritory, place, {}, { customer: customer('south'), present: { name: 'South', customerIds: ['c1'] } }).thenRejected('customer-elsewhere');
    given(Territory, [north, placed]).when(realignTerritory, { territoryId: 'south', fromTerritoryId: 'north', customerIds: ['c1'], reason: 'x' }).thenRejected('territory-not-found');
    given(Territory, [south]).when(realignTerritory, { territoryId: 'south', fromTerritoryId: 'north', customerIds: ['c1'], reason: 'Shorter ways' }, {}, { name: 'North', customerIds: ['c1'] }).then([realigned]);
  });

  it('shows whom it has, before and after a realignment, and when customers leave', () => {
    const rows = (history: Parameters<typeof given>[1]) => given(territoryMap, history as never).rows();
    expect(rows([north, south, placed]).get('north')).toMatchObject({ customerIds: ['c1'] });
    expect(rows([north, south, placed, realigned, left]).get('south')).toMatchObject({ customerIds: ['c1'], realignments: 1 });
    expect(rows([north, placed, left]).get('north')).toMatchObject({ customerIds: [] });
  });
});

describe('who is in a territory', () => {
  it('is assigned to it, so that those may read them who hold a role there', () => {
    given(territoriesAssigning).when(placed).thenCommands([PutCustomerInTerritory, { customerId: 'c1', territory: 'north' }])
      .when(realigned).thenCommands([PutCustomerInTerritory, { customerId: 'c1', territory: 'south' }])
      .when(left).thenCommands([TakeCustomerOutOfTerritory, { customerId: 'c1', territory: 'north' }]);
  });

  it('is compared by what is won before and after a realignment', async () => {
    const usd = (amount: number) => ({ amount, currency: 'USD' });
    const ended = { salesprocessId: 'p', version: 1, since: '2026-01-01T00:00:00.000Z', openedAt: '2026-01-01T00:00:00.000Z', stage: 's' };
    const won = (opportunityId: string, amount: number, at: string, position: number) =>
      recorded(event(OpportunityWon, { opportunityId, customerId: 'c1', value: usd(amount), ended, competitorIds: [] }), { occurredAt: at, position });
    const history = [placed, won('long-ago', 1, '2025-01-01T00:00:00.000Z', 2), won('a', 100, '2026-02-01T00:00:00.000Z', 3), recorded(realigned, { occurredAt: '2026-03-01T00:00:00.000Z', position: 4 }),
      left, won('b', 300, '2026-03-01T00:00:00.000Z', 6), won('c', 50, '2026-04-01T00:00:00.000Z', 7)];
    const former = { outcome: 'won' as const, endedAt: '2026-04-01T00:00:00.000Z', value: usd(50), ended, competitorIds: [] };
    const undone = event(OpportunityReopened, { opportunityId: 'c', customerId: 'c1', former, stage: 's' });
    expect(given(territoryHistory, history).rows().get('c1')).toMatchObject({ territoryId: 'south', since: '2026-03-01T00:00:00.000Z' });
    expect(await given(territoryHistory, [...history, undone]).report('before_and_after', '2026-07-01T00:00:00.000Z')).toEqual([
      { from: 'north', to: 'south', at: '2026-03-01T00:00:00.000Z', customers: 1, before: { won: 1, value: { USD: 100 } }, after: { won: 1, value: { USD: 300 } } },
    ]);
  });
});
