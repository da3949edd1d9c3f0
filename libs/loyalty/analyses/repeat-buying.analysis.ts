import { analysis, stored } from '#event-sourcing';
import { buyersIn, currencyOf, leftOut, NO_CURRENCY, repeatBuying, repeatSpending } from '../domain/buyers.js';
import { whyNoBuyer } from '../domain/no-buyer.js';
import { dayOf } from '../domain/time.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { CurrencyParameter } from './currency-parameter.js';

/** What models of repeat buying are fitted to: the sufficient statistics of each buyer. */
export const repeatBuyingOfAll = analysis('repeat_buying', {
  version: 1,
  summary: 'Repeat purchases, recency and age of every buyer in weeks, purchases of one day counted once, and the average repeat purchase.',
  allow: ['analyst', 'manager'], personal: [], record: 'customerId', parameters: CurrencyParameter,
  columns: {
    customerId: 'text', repeats: 'integer', recency: { type: 'number', unit: 'weeks' }, age: { type: 'number', unit: 'weeks' },
    averageRepeat: { type: 'number', unit: 'minor units', summary: 'Null where nothing was bought again.', nullWhere: 'nothing was bought again' }, firstDay: 'date', lastDay: 'date',
  },
})
  .reads({ customers: stored(loyalty), policies })
  .computes(({ customers, policies: published }, { now, parameters }) => {
    const currency = currencyOf(parameters.currency, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const rows = buyersIn(currency, customers).map((buyer) => {
      const { purchases, average } = repeatSpending(buyer);
      return { customerId: buyer.customerId, ...repeatBuying(buyer, dayOf(now)), averageRepeat: purchases > 0 ? average : null, firstDay: buyer.days[0]!.day, lastDay: buyer.days.at(-1)!.day };
    });
    const repeats = rows.reduce((sum, row) => sum + row.repeats, 0);
    const repeatBuyers = rows.filter((row) => row.repeats > 0).length;
    return { rows, summary: { currency, buyers: rows.length, repeatBuyers, repeats, repeatRate: rows.length > 0 ? repeatBuyers / rows.length : null }, notes: [...leftOut(currency, customers), ...(rows.length > 0 && repeatBuyers === 0 ? ['Nobody bought on a second day: there is no repeat purchase to take the average of.'] : [])] };
  })
  .explaining(whyNoBuyer);
