import { dispatch, end, process, setDeadline } from '#event-sourcing';
import { ExpireQuote } from '../commands/quotes.js';
import { QuoteAccepted, QuoteDeclined, QuoteIssued, QuoteRevised } from '../domain/quote.js';

const quote = ({ data }: { data: { quoteId: string } }): string => data.quoteId;

/** Ends a quote when its time is over. An instance is a quote. */
export const quotesExpiring = process<null>('quotesexpiring', null, { summary: 'Ends quotes when their time is over.' })
  .startsOn(QuoteIssued, quote, (_, { data: { offer } }) => setDeadline('expiry', offer.validUntil))
  .startsOn(QuoteRevised, quote, (_, { data: { offer } }) => setDeadline('expiry', offer.validUntil))
  .on(QuoteAccepted, quote, () => end())
  .on(QuoteDeclined, quote, () => end())
  .onDeadline('expiry', (_, { at }, { id }) => [dispatch(ExpireQuote, { quoteId: id, occurredAt: at }), end()]);
