import { isDeepStrictEqual } from 'node:util';
import { IsISO4217CurrencyCode, IsOptional, Matches } from 'class-validator';
import { Command, decide, event, invalid, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsMoment, IsText } from '#event-sourcing/validation';
import { AmountDue, IsAmountDue, IsPercent, SalesCommand } from '../../commands/fields.js';
import { Offering, sold } from '../../offerings/domain/offering.js';
import { priceAt, PriceChanged, PriceList, PriceListPublished, published } from '../domain/price-list.js';

abstract class PriceListCommand extends SalesCommand {
  @IsId() pricelistId!: string;
  /** Left out: from now on. */
  @IsOptional() @IsMoment() effectiveFrom?: string;
}

@Command({ summary: 'Publishes a price list in one currency; prices come with ChangePrice.', allow: ['manager'] })
export class PublishPriceList extends PriceListCommand {
  @IsText(200) name!: string;
  @IsISO4217CurrencyCode() @Matches(/^[A-Z]{3}$/) currency!: string;
  @IsOptional() @IsMoment() effectiveUntil?: string;
  /** A discount up to this many per cent needs nobody's approval. Default 0. */
  @IsOptional() @IsPercent() freeDiscountPercent?: number;
}

export const publishPriceList = decide(PriceList, PublishPriceList, (command, state, { occurredAt }) => {
  const said = factsOf(command);
  const effectiveFrom = inUtc(said.effectiveFrom ?? occurredAt);
  if (state) throw wrongState('price-list-already-published', `Price list ${command.pricelistId} is published already; send ChangePrice, or take another id.`);
  if (said.effectiveUntil !== undefined && inUtc(said.effectiveUntil) <= effectiveFrom) throw invalid('period-empty', 'Give an effectiveUntil that is after effectiveFrom.');
  return event(PriceListPublished, { freeDiscountPercent: 0, ...said, effectiveFrom, ...(said.effectiveUntil !== undefined && { effectiveUntil: inUtc(said.effectiveUntil) }) });
});

@Command({ summary: 'Sets what an offering costs from a moment on.', allow: ['manager'] })
export class ChangePrice extends PriceListCommand {
  @IsId() offeringId!: string;
  @IsAmountDue() price!: AmountDue;
}

export const changePrice = decide(PriceList, ChangePrice, (command, state, { occurredAt }, offering) => {
  const { pricelistId, offeringId, price, effectiveFrom: from = occurredAt } = factsOf(command);
  const { currency, prices, effectiveFrom: listFrom, effectiveUntil } = published(state, pricelistId);
  sold(offering, offeringId);
  if (price.currency !== currency) throw invalid('price-in-another-currency', `Price list ${pricelistId} is in ${currency}; give the price in it.`);
  const effectiveFrom = inUtc(from);
  const former = priceAt(prices[offeringId], effectiveFrom);
  return isDeepStrictEqual(former, price) ? [] : event(PriceChanged, { pricelistId, offeringId, ...(former && { former }), price, effectiveFrom, list: { effectiveFrom: listFrom, ...(effectiveUntil !== undefined && { effectiveUntil }) } });
}, ({ offeringId }: ChangePrice, stateOf: StateReader) => stateOf(Offering, offeringId));

const inUtc = (moment: string): string => new Date(moment).toISOString();
