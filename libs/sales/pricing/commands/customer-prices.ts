import { IsOptional } from 'class-validator';
import { Command, decide, event, invalid, notFound, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsMoment } from '#event-sourcing/validation';
import { AmountDue, IsAmountDue, SalesCommand } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { Offering, sold } from '../../offerings/domain/offering.js';
import { CustomerPriceAgreed, CustomerPriceEnded, CustomerPrices, keyOfPrice } from '../domain/customer-prices.js';
import { PriceList, published } from '../domain/price-list.js';

abstract class CustomerPriceCommand extends SalesCommand {
  /** The id of the customer once more: a customer has one list of prices of their own. */
  @IsId() customerpricesId!: string;
  @IsId() customerId!: string;
  /** In place of whose price it is. */
  @IsId() pricelistId!: string;
  @IsId() offeringId!: string;
}

@Command({ summary: 'Agrees with a customer on a price of their own for an offering; quotes and orders at that price list take it by themselves.', allow: ['manager'] })
export class AgreeCustomerPrice extends CustomerPriceCommand {
  @IsAmountDue() price!: AmountDue;
  /** Left out: from now on. */
  @IsOptional() @IsMoment() effectiveFrom?: string;
  /** Left out: until further notice. */
  @IsOptional() @IsMoment() effectiveUntil?: string;
}

async function known(command: CustomerPriceCommand, stateOf: StateReader) {
  const [customer, list, offering] = await Promise.all([customerNamed(command, stateOf), stateOf(PriceList, command.pricelistId), stateOf(Offering, command.offeringId)]);
  return { customer, list, offering };
}

export const agreeCustomerPrice = decide(CustomerPrices, AgreeCustomerPrice, (command, _, { occurredAt }, { customer, list, offering }) => {
  refuseOtherList(command);
  refuseUnlessDealable(command, customer);
  sold(offering, command.offeringId);
  const { currency } = published(list, command.pricelistId);
  const said = factsOf(command);
  if (said.price.currency !== currency) throw invalid('price-in-another-currency', `Price list ${said.pricelistId} is in ${currency}; give the price in it.`);
  const effectiveFrom = inUtc(said.effectiveFrom ?? occurredAt);
  const until = said.effectiveUntil === undefined ? {} : { effectiveUntil: inUtc(said.effectiveUntil) };
  if (until.effectiveUntil !== undefined && until.effectiveUntil <= effectiveFrom) throw invalid('period-empty', 'Give an effectiveUntil that is after effectiveFrom.');
  return event(CustomerPriceAgreed, { ...said, effectiveFrom, ...until });
}, known);

@Command({ summary: 'Ends a price of their own: from then on the customer pays that of the list.', allow: ['manager'] })
export class EndCustomerPrice extends CustomerPriceCommand {
  /** Left out: now. */
  @IsOptional() @IsMoment() effectiveUntil?: string;
}

export const endCustomerPrice = decide(CustomerPrices, EndCustomerPrice, (command, state, { occurredAt }) => {
  refuseOtherList(command);
  const { customerId, pricelistId, offeringId } = command;
  const effectiveUntil = inUtc(command.effectiveUntil ?? occurredAt);
  const agreed = state?.prices[keyOfPrice(pricelistId, offeringId)];
  if (!agreed?.some((each) => each.effectiveUntil === undefined || each.effectiveUntil > effectiveUntil)) {
    throw notFound('customer-price-not-found', `Customer ${customerId} has no price of their own for ${offeringId} at price list ${pricelistId} after ${effectiveUntil}; correct the ids, or leave it.`);
  }
  return event(CustomerPriceEnded, { ...factsOf(command), effectiveUntil });
});

function refuseOtherList({ customerpricesId, customerId }: CustomerPriceCommand): void {
  if (customerpricesId !== customerId) throw invalid('prices-of-another', `A customer has one list of prices of their own, with their id: give customerpricesId ${customerId}.`);
}

const inUtc = (moment: string): string => new Date(moment).toISOString();
