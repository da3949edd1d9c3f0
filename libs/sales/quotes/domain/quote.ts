import { aggregate, DomainEvent, onKnown, Personal, Plain, stateMachine } from '#event-sourcing';
import { type Line, type Totals } from '../../domain/lines.js';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What is offered. */
export interface Offer {
  lines: Line[];
  totals: Totals;
  /** Moment until which it stands. */
  validUntil: string;
}

@DomainEvent()
export class QuoteIssued {
  quoteId!: string;
  customerId!: string;
  opportunityId?: string;
  pricelistId!: string;
  @Plain() offer!: Offer;
}

@DomainEvent()
export class QuoteRevised {
  quoteId!: string;
  customerId!: string;
  /** The first revision is version 2. */
  version!: number;
  @Plain() former!: Offer;
  @Plain() offer!: Offer;
  @Personal() reason?: string;
}

@DomainEvent()
export class QuoteAccepted {
  quoteId!: string;
  customerId!: string;
  opportunityId?: string;
  version!: number;
  @Plain() offer!: Offer;
}

@DomainEvent()
export class QuoteDeclined {
  quoteId!: string;
  customerId!: string;
  opportunityId?: string;
  version!: number;
  @Personal() reason?: string;
}

@DomainEvent()
export class QuoteExpired {
  quoteId!: string;
  customerId!: string;
  opportunityId?: string;
  version!: number;
}

export interface KnownQuote {
  status: 'issued' | 'accepted' | 'declined' | 'expired';
  customerId: string;
  opportunityId?: string;
  pricelistId: string;
  version: number;
  offer: Offer;
}

/** Null: none was issued under this id. */
export type QuoteState = KnownQuote | null;

const on = onKnown<KnownQuote>();

export const Quote = aggregate<'quote', QuoteState>('quote', null)
  .on(QuoteIssued, (_, { customerId, opportunityId, pricelistId, offer }) => ({ status: 'issued', customerId, pricelistId, version: 1, offer, ...(opportunityId !== undefined && { opportunityId }) }))
  .on(QuoteRevised, on((_, { version, offer }) => ({ status: 'issued', version, offer })))
  .on(QuoteAccepted, on(() => ({ status: 'accepted' })))
  .on(QuoteDeclined, on(() => ({ status: 'declined' })))
  .on(QuoteExpired, on(() => ({ status: 'expired' })));

/** What is possible with a quote in each state. */
export const quoteFor = stateMachine<KnownQuote['status']>('quote', {
  issued: ['ReviseQuote', 'AcceptQuote', 'DeclineQuote', 'ExpireQuote'],
  accepted: ['PlaceOrder'],
  declined: ['ReviseQuote'],
  expired: ['ReviseQuote'],
});

/** Whose quote it is, as its events name it. */
export const quotedTo = ({ customerId, opportunityId, version }: KnownQuote) => ({ customerId, version, ...(opportunityId !== undefined && { opportunityId }) });
