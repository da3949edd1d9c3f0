import { IsIn, IsNumber, Max, Min } from 'class-validator';
import { analysis, stored } from '#event-sourcing';
import { modelRegistry } from '#models';
import { buyersIn, currencyOf, leftOut, NO_CURRENCY } from '../domain/buyers.js';
import { forecastOf } from '../domain/forecast.js';
import { expectedMix } from '../domain/product-mix.js';
import { modelsFor } from '../domain/models-in-use.js';
import { spentOnProducts } from '../domain/products-bought.js';
import { dayOf } from '../domain/time.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { CurrencyParameter } from './currency-parameter.js';
import { productsBought } from './products-bought.js';

export class MixParameters extends CurrencyParameter {
  /** Weeks from the moment on. */
  @IsNumber() @Min(0.1) @Max(5_200) horizon = 39;
  /** The model versions that were promoted by then, or those that are fitted to the customers as of the moment. */
  @IsIn(['promoted', 'fitted']) model: 'promoted' | 'fitted' = 'promoted';
}

/** What is going to be bought, product by product. */
export const forecastMix = analysis('forecast_mix', {
  version: 2,
  summary: 'The revenue to expect of each product within the horizon: what each buyer is expected to spend (BG/NBD, gamma-gamma), spread over products as the buyer spent so far.',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['product'], parameters: MixParameters, thread: import.meta.url,
  columns: { product: 'text', share: { type: 'number', summary: 'Of what was spent so far.' }, expectedRevenue: { type: 'number', unit: 'minor units' }, expectedShare: 'number', change: { type: 'number', summary: 'Expected share less share so far.' } },
})
  .reads({ customers: stored(loyalty), policies, models: modelRegistry, products: productsBought() })
  .computes(({ customers, policies: published, models, products }, { now, parameters: { currency: chosen, horizon, model } }) => {
    const currency = currencyOf(chosen, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const spent = new Map(spentOnProducts(products).flatMap(({ customerId, amounts }) => (amounts[currency] ? [[customerId, amounts[currency]] as const] : [])));
    if (spent.size === 0) return { rows: [], summary: { currency }, notes: [`No purchase in ${currency} says which products it was for and what each cost: nothing can be said of their mix.`] };
    const buyers = buyersIn(currency, customers);
    const used = modelsFor(model, { buyers, today: dayOf(now), models, currency });
    if (!used.bgNbd || !used.gammaGamma) return { rows: [], summary: { currency, models: used.versions }, notes: used.notes };
    const expected = buyers.map((buyer) => forecastOf(buyer, dayOf(now), horizon, used.bgNbd!, used.gammaGamma)).map((each) => ({ customerId: each.customerId, revenue: each.expectedPurchases * (each.expectedSpend ?? 0) }));
    const rows = expectedMix(expected, spent);
    return { rows, summary: { currency, buyers: buyers.length, horizonWeeks: horizon, models: used.versions, expectedRevenue: rows.reduce((sum, row) => sum + row.expectedRevenue, 0) }, notes: [...used.notes, ...leftOut(currency, customers)] };
  });
