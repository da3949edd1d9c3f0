import { IsOptional } from 'class-validator';
import { Command, decide, event, invalid, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsListOf, IsMoment, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { totalsOf } from '../../domain/lines.js';
import { linesWanted, termsKnown, WantedFields } from '../../pricing/commands/wanted.js';
import { Quote, QuoteAccepted, QuoteDeclined, QuoteExpired, quoteFor, QuoteIssued, QuoteRevised, quotedTo, type Offer } from '../domain/quote.js';

abstract class QuoteCommand extends SalesCommand {
  @IsId() quoteId!: string;
}

@Command({ summary: 'Quotes prices to a customer: those of a price list, with discounts that were granted.', allow: ['manager', 'sales'] })
export class IssueQuote extends QuoteCommand {
  @IsId() customerId!: string;
  @IsOptional() @IsId() opportunityId?: string;
  @IsId() pricelistId!: string;
  /** A discount that was granted. */
  @IsOptional() @IsId() discountId?: string;
  @IsListOf(() => WantedFields) lines!: WantedFields[];
  /** Until when the quote stands. */
  @IsMoment() validUntil!: string;
}

export const issueQuote = decide(Quote, IssueQuote, (command, state, { occurredAt }, known) => {
  const { lines: _, discountId: __, validUntil, ...said } = factsOf(command);
  if (state) throw wrongState('quote-already-issued', `Quote ${command.quoteId} was issued already; send ReviseQuote, or take another id.`);
  const lines = linesWanted(command, known, occurredAt);
  return event(QuoteIssued, { ...said, offer: { lines, totals: totalsOf(lines), validUntil: later(validUntil, occurredAt) } });
}, termsKnown);

@Command({ summary: 'Quotes anew: another version of the same quote, at the prices of now.', allow: ['manager', 'sales'] })
export class ReviseQuote extends QuoteCommand {
  @IsOptional() @IsId() discountId?: string;
  @IsListOf(() => WantedFields) lines!: WantedFields[];
  @IsMoment() validUntil!: string;
  @IsOptional() @IsText(500) reason?: string;
}

async function termsOfQuote(command: ReviseQuote, stateOf: StateReader) {
  const { customerId = '', pricelistId = '' } = (await stateOf(Quote, command.quoteId)) ?? {};
  const wanting = { ...command, customerId, pricelistId };
  return { wanting, terms: await termsKnown(wanting, stateOf) };
}

export const reviseQuote = decide(Quote, ReviseQuote, (command, state, { occurredAt }, { wanting, terms }) => {
  const { quoteId, validUntil, reason } = factsOf(command);
  const { customerId, version, offer: former } = quoteFor('ReviseQuote', state, quoteId);
  const lines = linesWanted(wanting, terms, occurredAt);
  const offer: Offer = { lines, totals: totalsOf(lines), validUntil: later(validUntil, occurredAt) };
  return event(QuoteRevised, { quoteId, customerId, version: version + 1, former, offer, ...(reason !== undefined && { reason }) });
}, termsOfQuote);

@Command({ summary: 'A customer accepts a quote as it stands.', allow: ['manager', 'sales'] })
export class AcceptQuote extends QuoteCommand {}

export const acceptQuote = decide(Quote, AcceptQuote, ({ quoteId }, state, { occurredAt }) => {
  const quote = quoteFor('AcceptQuote', state, quoteId);
  const { offer } = quote;
  if (occurredAt > offer.validUntil) throw wrongState('quote-expired', `Quote ${quoteId} stood until ${offer.validUntil}; send ReviseQuote.`);
  return event(QuoteAccepted, { quoteId, ...quotedTo(quote), offer });
});

@Command({ summary: 'A customer declines a quote.', allow: ['manager', 'sales'] })
export class DeclineQuote extends QuoteCommand {
  @IsOptional() @IsText(500) reason?: string;
}

export const declineQuote = decide(Quote, DeclineQuote, (command, state) =>
  event(QuoteDeclined, { ...factsOf(command), ...quotedTo(quoteFor('DeclineQuote', state, command.quoteId)) }));

@Command({ summary: 'The time of a quote is over. Sent by itself when it is.', allow: ['manager'] })
export class ExpireQuote extends QuoteCommand {}

export const expireQuote = decide(Quote, ExpireQuote, ({ quoteId }, state, { occurredAt }) => {
  const quote = quoteFor('ExpireQuote', state, quoteId);
  const { validUntil } = quote.offer;
  if (occurredAt < validUntil) throw wrongState('quote-still-stands', `Quote ${quoteId} stands until ${validUntil}; revise it to end it earlier.`);
  return event(QuoteExpired, { quoteId, ...quotedTo(quote) });
});

function later(validUntil: string, than: string): string {
  const moment = new Date(validUntil).toISOString();
  if (moment <= than) throw invalid('validity-over', `Give a validUntil that is after ${than}.`);
  return moment;
}
