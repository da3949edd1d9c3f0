import { IsIn, IsNumber, Max, Min } from 'class-validator';
import { analysis, stored } from '#event-sourcing';
import { modelRegistry } from '#models';
import { buyersIn, currencyOf, leftOut, NO_CURRENCY } from '../domain/buyers.js';
import { forecastOf } from '../domain/forecast.js';
import { modelsFor } from '../domain/models-in-use.js';
import { whyNoBuyer } from '../domain/no-buyer.js';
import { dayOf } from '../domain/time.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { CurrencyParameter } from './currency-parameter.js';

export class ExpectedPurchasesParameters extends CurrencyParameter {
  /** Weeks from the moment on. */
  @IsNumber() @Min(0.1) @Max(5_200) horizon = 39;
  /** The model version that was promoted by then, or one that is fitted to the customers as of the moment. */
  @IsIn(['promoted', 'fitted']) model: 'promoted' | 'fitted' = 'promoted';
}

/** Who is still a customer, and how often and for how much they will buy. */
export const expectedPurchasesOfAll = analysis('expected_purchases', {
  version: 1,
  summary: 'For every buyer the probability to be alive, the purchases to expect within the horizon (BG/NBD) and what one comes to (gamma-gamma).',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId', parameters: ExpectedPurchasesParameters, thread: import.meta.url,
  columns: {
    customerId: 'text', repeats: 'integer', recency: { type: 'number', unit: 'weeks' }, age: { type: 'number', unit: 'weeks' }, probabilityAlive: 'number',
    expectedPurchases: { type: 'number', summary: 'Purchase days within the horizon.' }, expectedSpend: { type: 'number', unit: 'minor units', nullWhere: 'there is no model of spending, or it has no mean' },
  },
})
  .reads({ customers: stored(loyalty), policies, models: modelRegistry })
  .computes(({ customers, policies: published, models }, { now, parameters: { currency: chosen, horizon, model } }) => {
    const currency = currencyOf(chosen, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const buyers = buyersIn(currency, customers);
    const used = modelsFor(model, { buyers, today: dayOf(now), models, currency });
    if (!used.bgNbd) return { rows: [], summary: { currency, buyers: buyers.length }, notes: used.notes };
    const rows = buyers.map((buyer) => forecastOf(buyer, dayOf(now), horizon, used.bgNbd!, used.gammaGamma));
    const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0);
    return {
      rows,
      summary: {
        currency, buyers: rows.length, horizonWeeks: horizon, models: used.versions, expectedAlive: sum(({ probabilityAlive }) => probabilityAlive), expectedPurchases: sum(({ expectedPurchases }) => expectedPurchases),
        expectedRevenue: used.gammaGamma ? sum(({ expectedPurchases, expectedSpend }) => expectedPurchases * (expectedSpend ?? 0)) : null,
      },
      notes: [...used.notes, ...leftOut(currency, customers)],
    };
  })
  .explaining(whyNoBuyer);
