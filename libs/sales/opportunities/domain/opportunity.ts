import { aggregate, invalid, onKnown, stateMachine } from '#event-sourcing';
import { type Money } from '#money';
import {
  OpportunityConfirmed, OpportunityContested, OpportunityCustomerNamed, OpportunityEstimateRevised, OpportunityLost, OpportunityOpened, OpportunityReassigned,
  OpportunityRejected, OpportunityReopened, OpportunityStageAdvanced, OpportunityStageReverted, OpportunityWon, SalesChannelAssigned, type Ended, type PinnedProcess, type Seller,
} from './events.js';

export type OpportunityStatus = 'open' | 'won' | 'lost' | 'rejected';

export interface KnownOpportunity {
  status: OpportunityStatus;
  customerId?: string;
  seller?: Seller;
  offeringId?: string;
  channel?: string;
  process: PinnedProcess;
  stage: string;
  /** When it came into its stage. */
  since: string;
  openedAt: string;
  confirmed: boolean;
  value?: Money;
  competitorIds: string[];
  /** How it ended, where it has. */
  end?: OpportunityReopened['former'];
}

/** Null: nothing was opened under this id. */
export type OpportunityState = KnownOpportunity | null;

const on = onKnown<KnownOpportunity>();

export const Opportunity = aggregate<'opportunity', OpportunityState>('opportunity', null)
  .on(OpportunityOpened, (_, { customerId, seller, offeringId, value, process, stage }, { occurredAt }) => ({
    ...(customerId !== undefined && { customerId }), ...(seller && { seller }), ...(offeringId !== undefined && { offeringId }), ...(value && { value }),
    process, stage, status: 'open', since: occurredAt, openedAt: occurredAt, confirmed: false, competitorIds: [],
  }))
  .on(OpportunityConfirmed, on(() => ({ confirmed: true })))
  .on(OpportunityCustomerNamed, on((_, { customerId }) => ({ customerId })))
  .on(OpportunityStageAdvanced, on((_, { to }, { occurredAt }) => ({ stage: to, since: occurredAt })))
  .on(OpportunityStageReverted, on((_, { to }, { occurredAt }) => ({ stage: to, since: occurredAt })))
  .on(OpportunityEstimateRevised, on((_, { value }) => (value ? { value } : {})))
  .on(OpportunityReassigned, on((_, { seller }) => ({ seller })))
  .on(OpportunityContested, on(({ competitorIds }, { competitorId }) => ({ competitorIds: [...competitorIds, competitorId] })))
  .on(SalesChannelAssigned, on((_, { channel }) => ({ channel })))
  .on(OpportunityRejected, on((_, { ended }, { occurredAt }) => ({ status: 'rejected', end: { outcome: 'rejected', endedAt: occurredAt, ended, competitorIds: [] } })))
  .on(OpportunityWon, on((_, { value, ended, competitorIds }, { occurredAt }) => ({ status: 'won', value, end: { outcome: 'won', endedAt: occurredAt, value, ended, competitorIds } })))
  .on(OpportunityLost, on((_, { value, ended, competitorId, competitorIds }, { occurredAt }) => ({
    status: 'lost', end: { outcome: 'lost', endedAt: occurredAt, ended, competitorIds, ...(value && { value }), ...(competitorId !== undefined && { competitorId }) },
  })))
  .on(OpportunityReopened, (state, { stage }, { occurredAt }) => {
    if (!state) return state;
    const { end: _, ...opportunity } = state;
    return { ...opportunity, status: 'open', stage, since: occurredAt };
  });

const WHILE_OPEN = [
  'AdvanceOpportunity', 'RevertOpportunity', 'ConfirmOpportunity', 'RejectOpportunity', 'NameOpportunityCustomer', 'ReviseOpportunityEstimate',
  'ReassignOpportunity', 'ContestOpportunity', 'AssignSalesChannel', 'WinOpportunity', 'LoseOpportunity',
] as const;

/** What is possible with an opportunity in each state. */
export const opportunityFor = stateMachine<OpportunityStatus>('opportunity', {
  open: WHILE_OPEN,
  won: ['AdvanceOpportunity', 'ReopenOpportunity'],
  lost: ['ReopenOpportunity'],
  rejected: ['ReopenOpportunity'],
});

/** What the steps of an opportunity tell of it. */
export const stepOf = ({ process: { salesprocessId, version }, since }: KnownOpportunity) => ({ salesprocessId, version, since });

/** What an end of an opportunity in a stage tells of it. */
export function endedOf(opportunity: KnownOpportunity, stage: string, since: string): Ended {
  const { openedAt, seller, offeringId, channel } = opportunity;
  return { ...stepOf(opportunity), stage, since, openedAt, ...(seller && { seller }), ...(offeringId !== undefined && { offeringId }), ...(channel !== undefined && { channel }) };
}

/** The customer as events name it; nothing as long as nobody knows. */
export const customerOf = ({ customerId }: KnownOpportunity) => (customerId === undefined ? {} : { customerId });

/** @throws Rejection `customer-unknown`: text about nobody could never be erased for somebody. */
export function refuseTextAboutNobody(customerId: string | undefined, text: string | undefined, field: string): void {
  if (text !== undefined && customerId === undefined) throw invalid('customer-unknown', `Name the customer of the opportunity before writing about it, or leave ${field} out.`);
}
