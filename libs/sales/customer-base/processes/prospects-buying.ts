import { ChangeCustomerStatus, CustomerRegistered, CustomerStatusChanged } from '#customers';
import { dispatch, end, process, remember } from '#event-sourcing';
import { OrderPlaced } from '../../orders/domain/order.js';

/** Of those alone who are prospects now: most of those who are registered are not, and are not looked at. */
const prospect = ({ data: { customerId, status } }: { data: { customerId: string; status: string } }): string | undefined => (status === 'prospect' ? customerId : undefined);

/** A prospect who orders is a customer from then on. An instance is a prospect. */
export const prospectsBuying = process<null>('prospectsbuying', null, { summary: 'Makes a prospect who orders a customer.' })
  .startsOn(CustomerRegistered, prospect, () => remember(null))
  .startsOn(CustomerStatusChanged, prospect, () => remember(null))
  .on(OrderPlaced, ({ data }) => data.customerId, (_, { data: { customerId } }) => [dispatch(ChangeCustomerStatus, { customerId, status: 'active' as const }), end()]);
