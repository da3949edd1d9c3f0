import { IsIn, IsOptional } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsText } from '#event-sourcing/validation';
import { CustomerAssigned, isPerson } from '../domain/assignment.js';
import {
  changeable, Customer, CUSTOMER_KINDS, CUSTOMER_STATUSES, CustomerDeactivated, CustomerReactivated, CustomerRegistered, CustomerRenamed,
  CustomerStatusChanged, known, unmerged, type CustomerKind, type CustomerStatus,
} from '../domain/customer.js';
import { CustomerCommand } from './customer-command.js';

@Command({ summary: 'Takes a person or an organisation into the customer base.', allow: ['manager', 'sales', 'service'] })
export class RegisterCustomer extends CustomerCommand {
  @IsIn(CUSTOMER_KINDS) kind!: CustomerKind;
  @IsText(200) name!: string;
  /** Default: active. */
  @IsOptional() @IsIn(CUSTOMER_STATUSES) status?: CustomerStatus;
}

export const registerCustomer = decide(Customer, RegisterCustomer, (command, customer, { actor }) => {
  const { customerId } = command;
  if (customer) throw wrongState('customer-already-registered', `Customer ${customerId} is registered already; take another id.`);
  return [
    event(CustomerRegistered, { status: 'active', ...factsOf(command) }),
    ...(isPerson(actor) ? [event(CustomerAssigned, { customerId, assignment: { owner: actor } })] : []),
  ];
});

@Command({ summary: 'Gives a customer another name.', allow: ['manager', 'sales', 'service'] })
export class RenameCustomer extends CustomerCommand {
  @IsText(200) name!: string;
}

export const renameCustomer = decide(Customer, RenameCustomer, (command, state) => {
  const customer = unmerged(changeable(state, command.customerId), command.customerId);
  return customer.name === command.name ? [] : event(CustomerRenamed, factsOf(command));
});

@Command({ summary: 'Says how the dealings with a customer stand: prospect, active, dormant or lost.', allow: ['manager', 'sales', 'service'] })
export class ChangeCustomerStatus extends CustomerCommand {
  @IsIn(CUSTOMER_STATUSES) status!: CustomerStatus;
  @IsOptional() @IsText(500) reason?: string;
}

export const changeCustomerStatus = decide(Customer, ChangeCustomerStatus, (command, state) => {
  const { status: formerStatus } = unmerged(changeable(state, command.customerId), command.customerId);
  return formerStatus === command.status ? [] : event(CustomerStatusChanged, { formerStatus, ...factsOf(command) });
});

@Command({ summary: 'Closes a customer: nothing about it changes until it is reactivated.', allow: ['manager'] })
export class DeactivateCustomer extends CustomerCommand {
  @IsText(500) reason!: string;
}

export const deactivateCustomer = decide(Customer, DeactivateCustomer, (command, customer) =>
  unmerged(known(customer, command.customerId), command.customerId).deactivated ? [] : event(CustomerDeactivated, factsOf(command)),
);

@Command({ summary: 'Opens a deactivated customer again.', allow: ['manager'] })
export class ReactivateCustomer extends CustomerCommand {
  @IsText(500) reason!: string;
}

export const reactivateCustomer = decide(Customer, ReactivateCustomer, (command, state) => {
  const { deactivated, status } = unmerged(known(state, command.customerId), command.customerId);
  return deactivated ? event(CustomerReactivated, { status, ...factsOf(command) }) : [];
});
