import { isDeepStrictEqual } from 'node:util';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional } from 'class-validator';
import { Command, decide, event, type NewEvent } from '#event-sourcing';
import { factsOf, IsCountry, IsNested, IsText } from '#event-sourcing/validation';
import { changeable, Customer, type KnownCustomer } from '../domain/customer.js';
import { CustomerAddressChanged, CustomerLocated, type Location } from '../domain/reach.js';
import { CustomerCommand } from './customer-command.js';

export class CustomerAddress {
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(5) @IsText(200, { each: true }) lines!: string[];
  @IsOptional() @IsText(20) postalCode?: string;
  @IsText(100) city!: string;
  @IsOptional() @IsText(100) region?: string;
  @IsCountry() country!: string;
}

@Command({ summary: 'Records where a customer can be visited and written to.', allow: ['manager', 'sales', 'service'] })
export class ChangeCustomerAddress extends CustomerCommand {
  @IsNested(() => CustomerAddress) address!: CustomerAddress;
}

/** An address also locates: the place without the door is an event of its own, which outlives the person's erasure. */
export const changeCustomerAddress = decide(Customer, ChangeCustomerAddress, (command, state) => {
  const customer = changeable(state, command.customerId);
  const address = factsOf(command.address);
  if (isDeepStrictEqual(address, customer.address)) return [];
  const { lines: _, postalCode: __, ...location } = address;
  return [event(CustomerAddressChanged, { customerId: command.customerId, address }), ...located(command.customerId, customer, location)];
});

@Command({ summary: 'Records the country, region and city of a customer.', allow: ['manager', 'sales', 'service'] })
export class LocateCustomer extends CustomerCommand {
  @IsCountry() country!: string;
  @IsOptional() @IsText(100) region?: string;
  @IsOptional() @IsText(100) city?: string;
}

export const locateCustomer = decide(Customer, LocateCustomer, (command, state) => {
  const { customerId, ...location } = factsOf(command);
  return located(customerId, changeable(state, customerId), location);
});

function located(customerId: string, customer: KnownCustomer, location: Location): NewEvent[] {
  return isDeepStrictEqual(location, customer.location) ? [] : [event(CustomerLocated, { customerId, ...location })];
}
