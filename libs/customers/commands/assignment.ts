import { isDeepStrictEqual } from 'node:util';
import { IsOptional, Matches } from 'class-validator';
import { Command, decide, event } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { CustomerAssigned, CustomerShared, CustomerUnshared } from '../domain/assignment.js';
import { Customer, known } from '../domain/customer.js';
import { CustomerCommand } from './customer-command.js';

/** Who events name as actors: people by the subject of their tokens, machines by their key. */
const IsActor = (): PropertyDecorator => Matches(/^(user|key):[\x21-\x7e]{1,200}$/, { message: '$property must be an actor such as user:li-ming or key:shop' });

@Command({ summary: 'Says who looks after a customer, and to which team, territory and branch it belongs; what is left out belongs to nobody.', allow: ['manager'] })
export class AssignCustomer extends CustomerCommand {
  @IsOptional() @IsActor() owner?: string;
  @IsOptional() @IsId() team?: string;
  @IsOptional() @IsId() territory?: string;
  @IsOptional() @IsId() branch?: string;
  @IsOptional() @IsText(500) reason?: string;
}

export const assignCustomer = decide(Customer, AssignCustomer, (command, state) => {
  const { customerId, reason, ...assignment } = factsOf(command);
  if (isDeepStrictEqual(known(state, customerId).assignment, assignment)) return [];
  return event(CustomerAssigned, { customerId, assignment, ...(reason !== undefined && { reason }) });
});

@Command({ summary: 'Puts a customer in a territory; whose it otherwise is stays. Sent by itself when territories take customers in.', allow: ['manager'] })
export class PutCustomerInTerritory extends CustomerCommand {
  @IsId() territory!: string;
}

export const putCustomerInTerritory = decide(Customer, PutCustomerInTerritory, ({ customerId, territory }, state) => {
  const { assignment } = known(state, customerId);
  return assignment.territory === territory ? [] : event(CustomerAssigned, { customerId, assignment: { ...assignment, territory } });
});

@Command({ summary: 'Takes a customer out of a territory where it is still in it. Sent by itself when it has left.', allow: ['manager'] })
export class TakeCustomerOutOfTerritory extends CustomerCommand {
  @IsId() territory!: string;
}

export const takeCustomerOutOfTerritory = decide(Customer, TakeCustomerOutOfTerritory, (command, state) => {
  const { territory, ...assignment } = known(state, command.customerId).assignment;
  return territory === command.territory ? event(CustomerAssigned, { customerId: command.customerId, assignment }) : [];
});

@Command({ summary: 'Lets somebody work on a customer that is not theirs, such as a partner.', allow: ['manager'] })
export class ShareCustomer extends CustomerCommand {
  @IsActor() sharedWith!: string;
}

export const shareCustomer = decide(Customer, ShareCustomer, (command, state) =>
  known(state, command.customerId).sharedWith.includes(command.sharedWith) ? [] : event(CustomerShared, factsOf(command)),
);

@Command({ summary: 'Ends that somebody works on a customer that is not theirs.', allow: ['manager'] })
export class UnshareCustomer extends CustomerCommand {
  @IsActor() sharedWith!: string;
}

export const unshareCustomer = decide(Customer, UnshareCustomer, (command, state) =>
  known(state, command.customerId).sharedWith.includes(command.sharedWith) ? event(CustomerUnshared, factsOf(command)) : [],
);
