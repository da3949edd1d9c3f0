import { IsISO4217CurrencyCode, IsOptional, Matches } from 'class-validator';
import { analysis } from '#event-sourcing';
import { FEATURE_NAMES, FEATURES, featuresOf, mainCurrency, type Feature } from '../domain/features.js';
import { purchaseHistories } from '../domain/purchase-histories.js';

const CURRENCY = { message: 'currency must be a currency of ISO 4217, such as "EUR"' };

export class FeatureParameters {
  /** Of the amounts; left out: that of most purchases. */
  @IsOptional() @Matches(/^[A-Z]{3}$/, CURRENCY) @IsISO4217CurrencyCode(CURRENCY) currency?: string;
}

const COUNTED: readonly Feature[] = ['purchaseDays', 'recentPurchaseDays'];
const columnOf = (feature: Feature) => ({ type: COUNTED.includes(feature) ? 'integer' : 'number', ...(feature.endsWith('Days') && { unit: 'days' }), summary: FEATURES[feature] }) as const;

/** What customers are classed and foretold by. */
export const features = analysis('features', {
  version: 1, summary: 'The features of every buyer as of the moment, made of what had happened by then: what behaviour_groups and churn_risk see of a customer',
  allow: ['analyst', 'manager'], personal: [], record: 'customerId', parameters: FeatureParameters,
  columns: { customerId: 'text', ...Object.fromEntries(FEATURE_NAMES.map((feature) => [feature, columnOf(feature)])) },
})
  .reads({ histories: purchaseHistories() })
  .computes(({ histories }, { now, parameters }) => {
    const currency = parameters.currency ?? mainCurrency(histories);
    const rows = currency === undefined ? [] : featuresOf(histories, now, currency).map(({ customerId, values }) => ({ customerId, ...values }));
    return { rows, summary: { buyers: rows.length, ...(currency !== undefined && { currency }) }, notes: rows.length > 0 ? ['Spend and mean amount are natural logarithms of 1 and the minor units.'] : ['Nobody has bought anything.'] };
  });
