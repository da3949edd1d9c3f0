import { wrongState } from '#event-sourcing';
import { changeable, unmerged, type CustomerState, type KnownCustomer } from './customer.js';

/**
 * A customer with whom business may be done.
 * @throws Rejection `customer-not-found`, `customer-deactivated`, `customer-merged`, `customer-blacklisted`
 */
export function dealable(state: CustomerState, customerId: string): KnownCustomer {
  const customer = unmerged(changeable(state, customerId), customerId);
  if (customer.blacklisted) throw wrongState('customer-blacklisted', `Customer ${customerId} is blacklisted; take it off the blacklist before doing business with it.`);
  return customer;
}
