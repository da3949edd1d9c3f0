import { describe, it } from '@jest/globals';
import { CustomerAssigned } from '#customers';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { ReassignCustomer } from '../accounts/commands/account-assignment.js';
import { AssignLead } from '../leads/commands/leads.js';
import { reassignOpportunity, ReassignOpportunity } from '../opportunities/commands/manage-opportunity.js';
import { Opportunity, type OpportunityState } from '../opportunities/domain/opportunity.js';
import { AssignTerritoryToRep } from '../territories/commands/territories.js';
import { TerritoryAssignedToRep } from '../territories/domain/territory.js';
import { ReassignSalesTask } from '../work/commands/sales-tasks.js';
import { recordRepresentativeLeaving } from './commands/representatives.js';
import { Representative, RepresentativeLeft, RepresentativeRegistered } from './domain/representative.js';
import { handingOver } from './processes/handing-over.js';

const left = event(RepresentativeLeft, { representativeId: 'mei', successorId: 'bo' });

describe('a representative who leaves', () => {
  const mei = event(RepresentativeRegistered, { representativeId: 'mei', name: 'Mei', post: {} });

  it('names a successor, who is there, and is given nothing any more', () => {
    const command = { representativeId: 'mei', successorId: 'bo' };
    given(Representative, [mei]).when(recordRepresentativeLeaving, command, {}, { name: 'Bo', post: {} }).then([left]);
    given(Representative, [mei]).when(recordRepresentativeLeaving, command, {}, null).thenRejected('representative-not-found');
    given(Representative, [mei]).when(recordRepresentativeLeaving, { ...command, successorId: 'mei' }, {}, { name: 'Mei', post: {} }).thenRejected('own-successor');
    given(Representative, [mei, left]).when(recordRepresentativeLeaving, command, {}, { name: 'Bo', post: {} }).thenRejected('representative-left');
  });

  it('hands over customers, territories and all that is open, each with why', () => {
    const because = { cause: 'representative-left' as const, representativeId: 'mei' };
    const found = [{ kind: 'customer', id: 'c1' }, { kind: 'territory', id: 'north' }, { kind: 'opportunity', id: 'o1' }, { kind: 'task', id: 't1' }, { kind: 'lead', id: 'l1' }];
    given(handingOver).finding(found).when(left).thenCommands(
      [ReassignCustomer, { customerId: 'c1', representativeId: 'bo', reason: 'Representative mei has left.' }], [AssignTerritoryToRep, { territoryId: 'north', representativeId: 'bo' }],
      [ReassignOpportunity, { opportunityId: 'o1', representativeId: 'bo', because }], [ReassignSalesTask, { salestaskId: 't1', representativeId: 'bo', because }], [AssignLead, { leadId: 'l1', representativeId: 'bo', because }],
    ).thenEnded();
  });

  it('hands over much of it bit by bit, and loses nothing', () => {
    const ids = Array.from({ length: 1_200 }, (_, index) => `o${index}`);
    const because = { cause: 'representative-left' as const, representativeId: 'mei' };
    const sent = (from: number, to: number) => ids.slice(from, to).map((opportunityId) => [ReassignOpportunity, { opportunityId, representativeId: 'bo', because }] as const);
    given(handingOver).finding(ids.map((id) => ({ kind: 'opportunity', id }))).when(left).thenCommands(...sent(0, 500))
      .passes('1 second').thenCommands(...sent(500, 1_200)).thenEnded();
  });
});

describe('what is open', () => {
  it('goes to whoever gets the territory, or to the representative of where its customer comes', () => {
    const rest = [{ kind: 'opportunity', id: 'o1' }];
    given(handingOver).finding(rest).when(event(TerritoryAssignedToRep, { territoryId: 'north', representativeId: 'bo', formerRepresentativeId: 'mei' }))
      .thenCommands([ReassignOpportunity, { opportunityId: 'o1', representativeId: 'bo', because: { cause: 'territory-assigned', territoryId: 'north' } }]);
    const moved = event(CustomerAssigned, { customerId: 'c1', assignment: { territory: 'south' }, formerTerritory: 'north' });
    given(handingOver).finding({ to: 'ken', rest }).when(moved)
      .thenCommands([ReassignOpportunity, { opportunityId: 'o1', representativeId: 'ken', because: { cause: 'customer-moved', territoryId: 'south', fromTerritoryId: 'north' } }]);
    given(handingOver).finding({ to: '', rest: [] }).when(moved).thenNothing();
    given(handingOver).finding({ to: 'ken', rest }).when(event(CustomerAssigned, { customerId: 'c1', assignment: { territory: 'south', owner: 'user:mei' }, formerTerritory: 'south' })).thenNothing();
  });

  it('stays whose it was once it has ended', () => {
    const won = { status: 'won', seller: { representativeId: 'mei' } } as OpportunityState;
    const decided = reassignOpportunity.decide({ opportunityId: 'o1', representativeId: 'bo', because: { cause: 'territory-assigned' } }, won, { now: '', occurredAt: '', actor: '' }, { name: 'Bo', post: {} });
    given(Opportunity, []).when({ ...reassignOpportunity, decide: () => decided }, { opportunityId: 'o1', representativeId: 'bo' }).then([]);
  });
});
