import { IsOptional } from 'class-validator';
import { Customer, dealable, knownCustomer, reassigned, type CustomerState } from '#customers';
import { Command, decide, type StateReader } from '#event-sourcing';
import { IsId, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { rulesInForce } from '../../leads/commands/rules-in-force.js';
import { assignedBy, type AssignmentFacts } from '../../leads/domain/assignment.js';
import { representativeNamed, sellerOf } from '../../opportunities/commands/seller.js';

abstract class AccountCommand extends SalesCommand {
  @IsId() customerId!: string;
}

/** A representative has the id of their user. */
const userOf = (representativeId: string): string => `user:${representativeId}`;

@Command({ summary: 'Gives a customer to whom the rules name, and keeps why.', allow: ['manager', 'sales', 'service'] })
export class AssignCustomerByRules extends AccountCommand {}

export const assignCustomerByRules = decide(Customer, AssignCustomerByRules, ({ customerId }, state, _, { rules, left }) => {
  const customer = dealable(state, customerId);
  const { representativeId, rule } = assignedBy(rules, `customer ${customerId}`, customerId, factsAbout(customer), left);
  const owner = userOf(representativeId);
  return customer.assignment.owner === owner ? [] : reassigned(customerId, customer.assignment, { ...customer.assignment, owner }, { rule });
}, (_: AssignCustomerByRules, stateOf: StateReader) => rulesInForce(stateOf));

@Command({ summary: 'Gives a customer to a representative, whatever the rules say.', allow: ['manager'] })
export class ReassignCustomer extends AccountCommand {
  @IsId() representativeId!: string;
  @IsOptional() @IsText(500) reason?: string;
}

export const reassignCustomer = decide(Customer, ReassignCustomer, ({ customerId, representativeId, reason }, state, _, representative) => {
  const { assignment } = knownCustomer(state, customerId);
  sellerOf(representativeId, representative);
  const owner = userOf(representativeId);
  return assignment.owner === owner ? [] : reassigned(customerId, assignment, { ...assignment, owner }, reason === undefined ? {} : { reason });
}, representativeNamed);

/** Only what may stay when a person is erased. */
function factsAbout({ kind, location, organisation: { industry }, assignment: { territory } }: NonNullable<CustomerState>): AssignmentFacts {
  return {
    kind, ...(location && { country: location.country }), ...(location?.region !== undefined && { region: location.region }),
    ...(kind === 'organisation' && industry !== undefined && { industry }), ...(territory !== undefined && { territory }),
  };
}
