import { onRow, view } from '#event-sourcing';
import { differencesBetween, type OfferDifferences } from '../domain/differences.js';
import { QuoteAccepted, QuoteDeclined, QuoteExpired, QuoteIssued, QuoteRevised, type KnownQuote, type Offer } from '../domain/quote.js';

/** An offer, and how it differs from the version before. */
export interface QuoteVersion extends Offer {
  version: number;
  issuedAt: string;
  issuedBy: string;
  reason?: string;
  differences?: OfferDifferences;
}

export interface QuoteRow {
  customerId: string;
  opportunityId?: string;
  pricelistId: string;
  status: KnownQuote['status'];
  version: number;
  /** Of the version that stands. */
  offer: Offer;
  versions: QuoteVersion[];
  issuedAt: string;
  decidedAt?: string;
}

export const quotes = view<QuoteRow>('quotes', {
  version: 1,
  summary: 'Every quote with all its versions and their differences.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: ['versions.reason'],
  record: 'customerId',
  indexes: [{ customerId: 1, issuedAt: -1 }, { status: 1 }, { opportunityId: 1 }],
})
  .key(({ data }) => data.quoteId)
  .on(QuoteIssued, (_, { data: { quoteId: __, offer, ...said }, occurredAt, metadata }) => ({
    ...said, status: 'issued', version: 1, offer, versions: [{ version: 1, ...offer, issuedAt: occurredAt, issuedBy: metadata.actor }], issuedAt: occurredAt,
  }))
  .on(QuoteRevised, onRow(({ versions }, { data: { version, former, offer, reason }, occurredAt, metadata }) => ({
    status: 'issued', version, offer,
    versions: [...versions, { version, ...offer, issuedAt: occurredAt, issuedBy: metadata.actor, ...(reason !== undefined && { reason }), differences: differencesBetween(former, offer) }],
  })))
  .on(QuoteAccepted, onRow((_, { occurredAt }) => ({ status: 'accepted', decidedAt: occurredAt })))
  .on(QuoteDeclined, onRow((_, { occurredAt }) => ({ status: 'declined', decidedAt: occurredAt })))
  .on(QuoteExpired, onRow((_, { occurredAt }) => ({ status: 'expired', decidedAt: occurredAt })));
