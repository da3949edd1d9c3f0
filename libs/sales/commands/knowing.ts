import { Customer, dealable, type CustomerState } from '#customers';
import { type StateReader } from '#event-sourcing';

/** Null where none was named. */
export const customerNamed = ({ customerId }: { customerId?: string }, stateOf: StateReader): Promise<CustomerState> =>
  (customerId === undefined ? Promise.resolve(null) : stateOf(Customer, customerId));

/** @throws Rejection there is no such customer, or none to do business with. */
export function refuseUnlessDealable({ customerId }: { customerId?: string }, customer: CustomerState): void {
  if (customerId !== undefined) dealable(customer, customerId);
}
