import { Customer, dealable, type CustomerState } from '#customers';
import { type StateReader } from '#event-sourcing';

/** Null where none was named. */
export const customerNamed = ({ customerId }: { customerId?: string }, stateOf: StateReader): Promise<CustomerState> =>
  (customerId === undefined ? Promise.resolve(null) : stateOf(Customer, customerId));

/** @throws Rejection there is no such customer, or none to do business with. */
export function refuseUnlessDealable({ customerId }: { customerId?: string }, customer: CustomerState): void {
  if (customerId !== undefined) dealable(customer, customerId);
}

/** Where a customer gets mail; undefined where no address is known, or is known no longer because the person was erased. */
export const mailAddressOf = (customer: CustomerState): string | undefined =>
  customer?.contactMethods.find(({ type, retired, value }) => type === 'e-mail' && !retired && value.includes('@'))?.value;
