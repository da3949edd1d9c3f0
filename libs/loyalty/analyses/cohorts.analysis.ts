import { analysis, stored } from '#event-sourcing';
import { buyersIn, currencyOf, leftOut, NO_CURRENCY } from '../domain/buyers.js';
import { cohortTable } from '../domain/cohorts.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { CurrencyParameter } from './currency-parameter.js';

/** What became of the customers who first bought in the same month. */
export const cohorts = analysis('cohorts', {
  version: 1,
  summary: 'Customers by the month of their first purchase: how many of them bought again so many months later, and for how much.',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['cohort', 'month'], parameters: CurrencyParameter,
  columns: { cohort: { type: 'text', summary: 'Month of the first purchase, such as 2026-01.' }, month: { type: 'integer', unit: 'months', summary: 'Since the first.' }, customers: 'integer', active: { type: 'integer', summary: 'Who bought in that month.' }, share: 'number', revenue: { type: 'integer', unit: 'minor units' } },
})
  .reads({ customers: stored(loyalty), policies })
  .computes(({ customers, policies: published }, { now, parameters }) => {
    const currency = currencyOf(parameters.currency, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const buyers = buyersIn(currency, customers);
    const rows = cohortTable(buyers, now);
    const ofMonth = (month: number) => rows.filter((row) => row.month === month);
    const months = [...new Set(rows.map(({ month }) => month))];
    const shareOf = (month: number) => ofMonth(month).reduce((sum, { active }) => sum + active, 0) / ofMonth(month).reduce((sum, { customers: size }) => sum + size, 0);
    return {
      rows, summary: { currency, cohorts: new Set(rows.map(({ cohort }) => cohort)).size, buyers: buyers.length }, notes: leftOut(currency, customers),
      plots: rows.length > 0 ? [{ title: 'Share that buys so many months after the first purchase, all cohorts', kind: 'bar', series: [{ name: '', points: months.map((month) => [month, shareOf(month)] as const) }] }] : [],
    };
  })
  .restingOn(({ customers, policies: published }, { now, parameters }, { cohort }) => {
    const currency = currencyOf(parameters.currency, published, now);
    return currency === undefined ? [] : buyersIn(currency, customers).filter(({ days }) => days[0]!.day.startsWith(String(cohort))).map(({ customerId }) => customerId);
  });
