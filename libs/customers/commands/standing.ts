import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsOptional } from 'class-validator';
import { Command, decide, event } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { changeable, Customer } from '../domain/customer.js';
import {
  CustomerBlacklisted, CustomerRemovedFromBlacklist, KeyAccountDesignated, KeyAccountReleased, PARTY_ROLES, PartyRoleGranted,
  PartyRoleRevoked, type PartyRole,
} from '../domain/standing.js';
import { CustomerCommand } from './customer-command.js';

@Command({ summary: 'Says what a customer is to the firm besides a buyer: supplier, distributor, agent …', allow: ['manager', 'sales', 'service'] })
export class GrantPartyRole extends CustomerCommand {
  @IsIn(PARTY_ROLES) role!: PartyRole;
}

export const grantPartyRole = decide(Customer, GrantPartyRole, (command, state) => {
  const { name, roles } = changeable(state, command.customerId);
  return roles.includes(command.role) ? [] : event(PartyRoleGranted, { name, ...factsOf(command) });
});

@Command({ summary: 'Says that a customer no longer has a role.', allow: ['manager', 'sales', 'service'] })
export class RevokePartyRole extends CustomerCommand {
  @IsIn(PARTY_ROLES) role!: PartyRole;
  @IsOptional() @IsText(500) reason?: string;
}

export const revokePartyRole = decide(Customer, RevokePartyRole, (command, state) => {
  const { roles } = changeable(state, command.customerId);
  return roles.includes(command.role) ? event(PartyRoleRevoked, factsOf(command)) : [];
});

@Command({ summary: 'Puts a customer on the blacklist.', allow: ['manager'] })
export class BlacklistCustomer extends CustomerCommand {
  @IsText(500) reason!: string;
}

export const blacklistCustomer = decide(Customer, BlacklistCustomer, (command, state) => {
  const { name, blacklisted } = changeable(state, command.customerId);
  return blacklisted ? [] : event(CustomerBlacklisted, { name, ...factsOf(command) });
});

@Command({ summary: 'Takes a customer off the blacklist.', allow: ['manager'] })
export class RemoveCustomerFromBlacklist extends CustomerCommand {
  @IsText(500) reason!: string;
}

export const removeCustomerFromBlacklist = decide(Customer, RemoveCustomerFromBlacklist, (command, state) => {
  const { blacklisted } = changeable(state, command.customerId);
  return blacklisted ? event(CustomerRemovedFromBlacklist, factsOf(command)) : [];
});

abstract class KeyAccountCommand extends CustomerCommand {
  @IsText(500) reason!: string;
  /** Ids of the events that speak for it. */
  @IsOptional() @IsArray() @ArrayMaxSize(100) @ArrayUnique() @IsId({ each: true }) evidenceEventIds?: string[];
}

@Command({ summary: 'Makes a customer a key account.', allow: ['manager'] })
export class DesignateKeyAccount extends KeyAccountCommand {}

export const designateKeyAccount = decide(Customer, DesignateKeyAccount, (command, state) => {
  const { name, keyAccount } = changeable(state, command.customerId);
  return keyAccount ? [] : event(KeyAccountDesignated, { name, evidenceEventIds: [], ...factsOf(command) });
});

@Command({ summary: 'Says that a customer is no longer a key account.', allow: ['manager'] })
export class ReleaseKeyAccount extends KeyAccountCommand {}

export const releaseKeyAccount = decide(Customer, ReleaseKeyAccount, (command, state) => {
  const { keyAccount } = changeable(state, command.customerId);
  return keyAccount ? event(KeyAccountReleased, { evidenceEventIds: [], ...factsOf(command) }) : [];
});
