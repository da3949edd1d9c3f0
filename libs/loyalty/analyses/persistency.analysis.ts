import { IsInt, Max, Min } from 'class-validator';
import { analysis, stored } from '#event-sourcing';
import { buyersIn, currencyOf, leftOut, NO_CURRENCY } from '../domain/buyers.js';
import { chainsOf } from '../domain/chains.js';
import { whyNoBuyer } from '../domain/no-buyer.js';
import { dayOf } from '../domain/time.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { CurrencyParameter } from './currency-parameter.js';

export class PersistencyParameters extends CurrencyParameter {
  /** A purchase renews the one before where it comes within so many days. */
  @IsInt() @Min(1) @Max(3_650) renewalDays = 90;
}

/** How lasting buying is: chains of purchases of which each renews the one before. */
export const persistency = analysis('persistency', {
  version: 1,
  summary: 'Repeat rate, interval and renewal chains of every buyer: how long a chain of purchases is of which each came in time after the one before.',
  allow: ['analyst', 'manager'], personal: [], record: 'customerId', parameters: PersistencyParameters,
  columns: {
    customerId: 'text', purchaseDays: 'integer', meanIntervalDays: { type: 'number', unit: 'days', nullWhere: 'the customer bought on one day only' }, chain: { type: 'integer', summary: 'Purchase days of the last chain.' },
    isUnbroken: { type: 'boolean', summary: 'The last chain can still be renewed in time.' }, longestChain: 'integer', chains: 'integer', renewalRate: { type: 'number', summary: 'Share of the purchase days that were renewed in time, of those that could have been.', nullWhere: 'no purchase day has been due for renewal' },
  },
})
  .reads({ customers: stored(loyalty), policies })
  .computes(({ customers, policies: published }, { now, parameters: { currency: chosen, renewalDays } }) => {
    const currency = currencyOf(chosen, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const rows = buyersIn(currency, customers).map(({ customerId, days }) => ({ customerId, ...chainsOf(days.map(({ day }) => day), renewalDays, dayOf(now)) }));
    const repeat = rows.filter(({ purchaseDays }) => purchaseDays > 1);
    const rated = rows.filter(({ due }) => due > 0);
    const [renewed, due] = [rated.reduce((sum, row) => sum + row.renewed, 0), rated.reduce((sum, row) => sum + row.due, 0)];
    const lengths = new Map<number, number>();
    for (const { longestChain } of rows) lengths.set(longestChain, (lengths.get(longestChain) ?? 0) + 1);
    return {
      rows: rows.map(({ renewed: _, due: __, ...row }) => row),
      summary: {
        currency, buyers: rows.length, repeatRate: share(repeat.length, rows.length), renewalRate: share(renewed, due),
        meanIntervalDays: share(repeat.reduce((sum, row) => sum + row.meanIntervalDays! * (row.purchaseDays - 1), 0), repeat.reduce((sum, row) => sum + row.purchaseDays - 1, 0)),
        unbroken: rows.filter(({ isUnbroken }) => isUnbroken).length,
      },
      notes: [...leftOut(currency, customers), ...(rows.length > 0 && repeat.length === 0 ? ['Nobody bought on a second day: there is no interval and no renewal to speak of.'] : [])],
      plots: rows.length > 0 ? [{ title: 'Buyers by their longest chain', kind: 'bar', series: [{ name: '', points: [...lengths].sort(([one], [other]) => one - other) }] }] : [],
    };
  })
  .explaining(whyNoBuyer);

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
