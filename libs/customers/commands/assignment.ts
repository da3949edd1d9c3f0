import { isDeepStrictEqual } from 'node:util';
import { IsOptional, Matches } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { CustomerShared, CustomerUnshared, reassigned } from '../domain/assignment.js';
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
  const { assignment: former } = known(state, customerId);
  return isDeepStrictEqual(former, assignment) ? [] : reassigned(customerId, former, assignment, reason === undefined ? {} : { reason });
});

@Command({ summary: 'Puts a customer in a territory; whose it otherwise is stays. Sent by itself when territories are realigned.', allow: ['manager'] })
export class PutCustomerInTerritory extends CustomerCommand {
  @IsId() territory!: string;
  /** The territory that it is taken from: refused where it is in another by then. */
  @IsOptional() @IsId() from?: string;
}

export const putCustomerInTerritory = decide(Customer, PutCustomerInTerritory, ({ customerId, territory, from }, state) => {
  const { assignment } = known(state, customerId);
  if (assignment.territory === territory) return [];
  if (from !== undefined && assignment.territory !== from) {
    throw wrongState('customer-elsewhere', `Customer ${customerId} is not in territory ${from}, but in ${assignment.territory ?? 'none'}; name that one.`);
  }
  return reassigned(customerId, assignment, { ...assignment, territory });
});

@Command({ summary: 'Takes a customer out of a territory where it is still in it.', allow: ['manager'] })
export class TakeCustomerOutOfTerritory extends CustomerCommand {
  @IsId() territory!: string;
}

export const takeCustomerOutOfTerritory = decide(Customer, TakeCustomerOutOfTerritory, (command, state) => {
  const { territory, ...assignment } = known(state, command.customerId).assignment;
  return territory === command.territory ? reassigned(command.customerId, { territory }, assignment) : [];
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
