import { IsIn } from 'class-validator';
import { analysis } from '#event-sourcing';
import { modelRegistry } from '#models';
import { buyersIn, leftOut, NO_CURRENCY, repeatBuying } from '../domain/buyers.js';
import { crossSellOf } from '../domain/cross-sell.js';
import { spentOnProducts } from '../domain/products-bought.js';
import { referralValues } from '../domain/referrals.js';
import { modelsFor } from '../domain/models-in-use.js';
import { whyNoBuyerOfPolicy } from '../domain/no-buyer.js';
import { dayOf } from '../domain/time.js';
import { costsOf, lifetimeValue, profitOf, valuePolicyOf } from '../domain/value.js';
import { probabilityAlive, sumOf } from '#statistics';
import { referrals } from '../views/referrals.view.js';
import { productsBought } from './products-bought.js';
import { valueSources } from './value-sources.js';

export class CustomerValueParameters {
  /** The model version that was promoted by then, or one that is fitted to the customers as of the moment. */
  @IsIn(['promoted', 'fitted']) model: 'promoted' | 'fitted' = 'promoted';
}

const amount = (summary: string) => ({ type: 'number', unit: 'minor units', summary }) as const;

/** What each customer has brought, is going to bring, and could bring. */
export const customerValue = analysis('customer_value', {
  version: 2,
  summary: 'Historical value (profit so far), current value (expected net present value of purchases to come: lifetime value) and potential value (activation, cross-selling, referral) of every buyer.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId', parameters: CustomerValueParameters, thread: import.meta.url,
  columns: {
    customerId: 'text', historical: amount('Profit so far, by the margin of the policy, less costs of serving and allocated costs.'), current: { ...amount('Expected net present value over the horizon of the policy.'), nullWhere: 'there is no model of buying and of spending' },
    activation: { ...amount('What the customer would bring as if surely alive, beyond the current value, times the activation rate.'), nullWhere: 'there is no model of buying and of spending' }, crossSell: { ...amount('What others spend on products that this customer has not bought, times the margin and the cross-selling rate.'), nullWhere: 'nothing is known of the products that the customer bought, or that others buy' },
    referral: { ...amount('Customers that came by recommendation, at the rate so far over the horizon, times what such customers brought; null where no referral is recorded.'), nullWhere: 'no referral is recorded' }, value: { ...amount('Historical and current.'), nullWhere: 'there is no model of buying and of spending' }, probabilityAlive: { type: 'number', nullWhere: 'there is no model of buying' },
  },
})
  .reads({ ...valueSources, models: modelRegistry, products: productsBought(), recommended: referrals })
  .computes(({ customers, policies, rules: published, costs, models, products, recommended }, { now, parameters }) => {
    const policy = valuePolicyOf(published, policies, now);
    if (!policy) return { rows: [], notes: [NO_CURRENCY] };
    const { rules } = policy;
    const today = dayOf(now);
    const buyers = buyersIn(rules.currency, customers);
    const used = modelsFor(parameters.model, { buyers, today, models, currency: rules.currency });
    const allocated = costsOf(costs, rules.currency);
    const crossSell = crossSellOf(spentOnProducts(products), rules.currency);
    const profits = new Map(buyers.map((buyer) => [buyer.customerId, profitOf(buyer, rules, allocated.get(buyer.customerId) ?? 0)]));
    const referral = referralValues(recommended, profits, new Map(buyers.map(({ customerId, days }) => [customerId, days[0]!.day])), today, rules.horizonMonths);
    const rows = buyers.map((buyer) => {
      const historical = profits.get(buyer.customerId)!;
      const { bgNbd, gammaGamma } = used;
      const current = bgNbd && gammaGamma ? (lifetimeValue(buyer, today, rules, bgNbd, gammaGamma) ?? null) : null;
      const alive = bgNbd ? probabilityAlive(bgNbd, repeatBuying(buyer, today)) : null;
      const others = crossSell.get(buyer.customerId);
      return {
        customerId: buyer.customerId, historical, current,
        activation: current !== null && alive !== null && alive > 0 ? Math.max(0, current / alive - current) * rules.activationRate : null,
        crossSell: others === undefined ? null : others * rules.margin * rules.crossSellRate, referral: referral?.get(buyer.customerId) ?? null, value: current === null ? null : historical + current, probabilityAlive: alive,
      };
    });
    const sum = (of: 'historical' | 'current' | 'activation' | 'crossSell' | 'referral') => (rows.some((row) => row[of] !== null) ? sumOf(rows.map((row) => row[of] ?? 0)) : null);
    const notes = [...policy.notes, ...used.notes, ...(referral ? [] : ['No referral is recorded: the value of recommending is not known.']), ...(crossSell.size === 0 ? [`No purchase in ${rules.currency} says which products it was for and what each cost: the value of cross-selling is not known.`] : []), ...leftOut(rules.currency, customers)];
    return { rows, summary: { policyVersion: policy.version, currency: rules.currency, buyers: rows.length, models: used.versions, historical: sum('historical'), current: sum('current'), activation: sum('activation'), crossSell: sum('crossSell'), referral: sum('referral') }, notes };
  })
  .explaining(whyNoBuyerOfPolicy);
