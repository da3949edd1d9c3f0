import { aggregate, DomainEvent, onKnown, Personal, Plain, stateMachine } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

export const SUPPORT_KINDS = ['demonstration', 'technical-question', 'solution-design', 'tender', 'pricing', 'other'] as const;
export type SupportKind = (typeof SUPPORT_KINDS)[number];

/** Whoever sells needs somebody who knows more. */
@DomainEvent()
export class SalesSupportRequested {
  supportrequestId!: string;
  customerId!: string;
  opportunityId?: string;
  representativeId!: string;
  kind!: SupportKind;
  /** Date. */
  @Plain() neededBy?: string;
  @Personal() what!: string;
}

/** The question is answered, the demonstration given. */
@DomainEvent()
export class SalesSupportGiven {
  supportrequestId!: string;
  customerId!: string;
  kind!: SupportKind;
  requestedAt!: string;
  @Personal() answer!: string;
}

/** It is needed no longer. */
@DomainEvent()
export class SalesSupportWithdrawn {
  supportrequestId!: string;
  customerId!: string;
  @Personal() reason?: string;
}

export interface KnownSupportRequest {
  status: 'requested' | 'given' | 'withdrawn';
  customerId: string;
  kind: SupportKind;
  requestedAt: string;
}

/** Null: nothing was requested under this id. */
export type SupportRequestState = KnownSupportRequest | null;

const on = onKnown<KnownSupportRequest>();

export const SupportRequest = aggregate<'supportrequest', SupportRequestState>('supportrequest', null)
  .on(SalesSupportRequested, (_, { customerId, kind }, { occurredAt }) => ({ status: 'requested', customerId, kind, requestedAt: occurredAt }))
  .on(SalesSupportGiven, on(() => ({ status: 'given' })))
  .on(SalesSupportWithdrawn, on(() => ({ status: 'withdrawn' })));

/** What is possible with a request in each state. */
export const supportRequestFor = stateMachine<KnownSupportRequest['status']>('support request', { requested: ['GiveSalesSupport', 'WithdrawSalesSupportRequest'], given: [], withdrawn: [] });
