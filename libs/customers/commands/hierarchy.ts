import { IsIn, IsOptional } from 'class-validator';
import { Command, decide, event, invalid, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsNested, IsCountry, IsText } from '#event-sourcing/validation';
import { CustomerAssigned, isPerson } from '../domain/assignment.js';
import { changeable, Customer, CustomerRegistered, unmerged } from '../domain/customer.js';
import { BRANCH_TYPES, BranchOpened, CustomerReparented, ParentCustomerAssigned, ParentCustomerRemoved, type BranchType } from '../domain/hierarchy.js';
import { CustomerLocated } from '../domain/reach.js';
import { CustomerCommand } from './customer-command.js';

@Command({ summary: 'Puts a customer under another, as a subsidiary, branch or department of it.', allow: ['manager', 'sales', 'service'] })
export class AssignParentCustomer extends CustomerCommand {
  @IsId() parentId!: string;
}

export const assignParentCustomer = decide(Customer, AssignParentCustomer, (command, state, _, way) => {
  const { parentId } = unmerged(changeable(state, command.customerId), command.customerId);
  refuseRing(command, way);
  if (parentId === command.parentId) return [];
  if (parentId === undefined) return event(ParentCustomerAssigned, factsOf(command));
  throw wrongState('parent-already-assigned', `Customer ${command.customerId} belongs to ${parentId}; send ReparentCustomer to move it.`, { parentId });
}, wayUp);

@Command({ summary: 'Moves a customer from its parent to another.', allow: ['manager', 'sales', 'service'] })
export class ReparentCustomer extends CustomerCommand {
  @IsId() parentId!: string;
  @IsOptional() @IsText(500) reason?: string;
}

export const reparentCustomer = decide(Customer, ReparentCustomer, (command, state, _, way) => {
  const { parentId: formerParentId } = unmerged(changeable(state, command.customerId), command.customerId);
  refuseRing(command, way);
  if (formerParentId === command.parentId) return [];
  if (formerParentId !== undefined) return event(CustomerReparented, { formerParentId, ...factsOf(command) });
  throw wrongState('parent-missing', `Customer ${command.customerId} has no parent; send AssignParentCustomer.`);
}, wayUp);

@Command({ summary: 'Makes a customer independent of its parent.', allow: ['manager', 'sales', 'service'] })
export class RemoveParentCustomer extends CustomerCommand {
  @IsOptional() @IsText(500) reason?: string;
}

export const removeParentCustomer = decide(Customer, RemoveParentCustomer, (command, state) => {
  const { parentId } = unmerged(changeable(state, command.customerId), command.customerId);
  return parentId === undefined ? [] : event(ParentCustomerRemoved, { parentId, ...factsOf(command) });
});

export class BranchLocation {
  @IsCountry() country!: string;
  @IsOptional() @IsText(100) region?: string;
  @IsOptional() @IsText(100) city?: string;
}

@Command({ summary: 'Registers a branch, office, subsidiary or department of a customer as a customer of its own.', allow: ['manager', 'sales', 'service'] })
export class OpenBranch extends CustomerCommand {
  @IsId() parentId!: string;
  @IsText(200) name!: string;
  @IsIn(BRANCH_TYPES) branchType!: BranchType;
  @IsOptional() @IsNested(() => BranchLocation) location?: BranchLocation;
}

export const openBranch = decide(Customer, OpenBranch, (command, customer, { actor }, way) => {
  if (customer) throw wrongState('customer-already-registered', `Customer ${command.customerId} is registered already; send AssignParentCustomer.`);
  refuseRing(command, way);
  const { customerId, parentId, name, branchType, location } = command;
  return [
    event(CustomerRegistered, { customerId, kind: 'organisation', name, status: 'active' }),
    event(BranchOpened, { customerId, parentId, branchType }),
    event(ParentCustomerAssigned, { customerId, parentId }),
    ...(location ? [event(CustomerLocated, { customerId, ...factsOf(location) })] : []),
    ...(isPerson(actor) ? [event(CustomerAssigned, { customerId, assignment: { owner: actor } })] : []),
  ];
}, wayUp);

interface Placing {
  customerId: string;
  parentId: string;
}

/** From the parent up to the top, or up to the customer where that stands above. */
async function wayUp({ customerId, parentId }: Placing, stateOf: StateReader): Promise<readonly string[]> {
  const way = new Set<string>();
  for (let id: string | undefined = parentId; id !== undefined && !way.has(id); id = id === customerId ? undefined : (await stateOf(Customer, id))?.parentId) way.add(id);
  return [...way];
}

function refuseRing({ customerId, parentId }: Placing, way: readonly string[]): void {
  if (customerId === parentId) throw invalid('own-parent', `Customer ${customerId} cannot be its own parent; name another.`);
  if (!way.includes(customerId)) return;
  throw wrongState('ring-of-parents', `Customer ${parentId} belongs to ${customerId} itself (${way.join(' → ')}); take it from there first.`, { way });
}
