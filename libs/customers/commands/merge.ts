import { Command, decide, event, invalid, notFound, wrongState, type StateReader } from '#event-sourcing';
import { IsId, IsText } from '#event-sourcing/validation';
import { Customer, known, type KnownCustomer } from '../domain/customer.js';
import { CustomersMerged, CustomersUnmerged } from '../domain/merge.js';
import { CustomerCommand } from './customer-command.js';

@Command({ summary: 'Says that a customer is the same as another: everything recorded for it, before and after, counts for the other.', allow: ['manager'] })
export class MergeCustomers extends CustomerCommand {
  /** Who stays. */
  @IsId() intoCustomerId!: string;
  @IsText(500) reason!: string;
}

interface Survivor {
  customer: KnownCustomer | null;
  /** Into whom it is merged, and that one, and so on. */
  mergedInto: readonly string[];
}

/** It may have been merged a moment ago: of two merges that close a ring the later one has no effect. */
async function survivor({ customerId, intoCustomerId }: MergeCustomers, stateOf: StateReader): Promise<Survivor> {
  const customer = await stateOf(Customer, intoCustomerId);
  const mergedInto: string[] = [];
  for (let next = customer?.mergedInto; next !== undefined && !mergedInto.includes(next) && mergedInto.at(-1) !== customerId; next = (await stateOf(Customer, next))?.mergedInto) mergedInto.push(next);
  return { customer, mergedInto };
}

export const mergeCustomers = decide(Customer, MergeCustomers, ({ customerId, intoCustomerId, reason }, state, _, into) => {
  if (customerId === intoCustomerId) throw invalid('merged-into-itself', `Customer ${customerId} cannot be merged into itself; name another.`);
  const { kind, name, mergedInto } = known(state, customerId);
  if (mergedInto !== undefined) {
    const hint = mergedInto === intoCustomerId ? 'there is nothing left to do' : 'unmerge them first';
    throw wrongState('already-merged', `Customer ${customerId} is merged into ${mergedInto} already; ${hint}.`, { mergedInto });
  }
  const { customer: survivor, mergedInto: chain } = into;
  if (!survivor) throw notFound('customer-not-found', `There is no customer ${intoCustomerId} to merge into; register it first, or correct the id.`);
  if (chain.includes(customerId)) throw wrongState('merge-closes-ring', `Customer ${intoCustomerId} is itself merged into ${customerId}; unmerge them first, to merge them the other way round.`);
  if (chain.length > 0) throw wrongState('customer-merged', `Customer ${intoCustomerId} is merged into ${chain.at(-1)}; merge ${customerId} into ${chain.at(-1)}.`, { mergedInto: chain.at(-1) });
  if (survivor.kind !== kind) throw wrongState('customers-of-two-kinds', `Customer ${customerId} is registered as ${kind} and ${intoCustomerId} as ${survivor.kind}: they cannot be the same.`);
  if (survivor.deactivated) throw wrongState('customer-deactivated', `Customer ${intoCustomerId} is deactivated; reactivate it before merging another into it.`);
  return event(CustomersMerged, { customerId, intoCustomerId, kind, name, reason });
}, survivor);

@Command({ summary: 'Says that a merged customer is another one after all: everything counts again for whom it was recorded.', allow: ['manager'] })
export class UnmergeCustomers extends CustomerCommand {
  @IsText(500) reason!: string;
}

export const unmergeCustomers = decide(Customer, UnmergeCustomers, ({ customerId, reason }, state) => {
  const { mergedInto, status, deactivated } = known(state, customerId);
  if (mergedInto === undefined) throw wrongState('not-merged', `Customer ${customerId} is merged into nobody.`);
  return event(CustomersUnmerged, { customerId, intoCustomerId: mergedInto, status: deactivated ? 'deactivated' : status, reason });
});
