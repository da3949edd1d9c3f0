import { IsIn, IsInt, Max, Min } from 'class-validator';
import { analysis, stored } from '#event-sourcing';
import { expectedRenewals, fitBgBb, probabilityThere } from '#statistics';
import { buyersIn, currencyOf, leftOut, NO_CURRENCY } from '../domain/buyers.js';
import { dayAfter } from '../domain/forecast.js';
import { whyNoBuyer } from '../domain/no-buyer.js';
import { PERIODS, renewalsOf, type Period } from '../domain/renewals.js';
import { dayOf } from '../domain/time.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { CurrencyParameter } from './currency-parameter.js';

export class RenewalsParameters extends CurrencyParameter {
  /** The calendar periods in each of which somebody renews, or does not. */
  @IsIn(PERIODS) period: Period = 'quarter';
  /** How many periods to look ahead. */
  @IsInt() @Min(1) @Max(1_000) next = 4;
}

/** Who renews period after period, and who will. */
export const renewals = analysis('renewals', {
  version: 1,
  summary: 'In how many calendar periods each buyer renewed, whether they are still there, and renewals to expect: BG/BB, fitted to the moment.',
  allow: ['analyst', 'manager'], personal: [], record: 'customerId', parameters: RenewalsParameters, thread: import.meta.url,
  columns: { customerId: 'text', renewed: 'integer', last: { type: 'integer', summary: 'The last opportunity that was taken; 0: none.' }, opportunities: 'integer', probabilityThere: { type: 'number', nullWhere: 'there is no model' }, expectedRenewals: { type: 'number', nullWhere: 'there is no model' } },
})
  .reads({ customers: stored(loyalty), policies })
  .computes(({ customers, policies: published }, { now, parameters: { currency: chosen, period, next } }) => {
    const currency = currencyOf(chosen, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const tomorrow = dayAfter(dayOf(now), 1);
    const histories = buyersIn(currency, customers).map((buyer) => ({ customerId: buyer.customerId, ...renewalsOf(buyer, tomorrow, period) }));
    const fit = fitBgBb(histories);
    const rows = histories.map((history) => ({
      ...history, probabilityThere: fit.fitted ? probabilityThere(fit.parameters, history) : null, expectedRenewals: fit.fitted ? expectedRenewals(fit.parameters, history, next) : null,
    }));
    const figures = fit.fitted ? { parameters: fit.parameters, standardErrors: fit.standardErrors, logLikelihood: fit.logLikelihood } : {};
    return {
      rows, summary: { currency, buyers: rows.length, period, next, ...figures, expectedRenewals: fit.fitted ? rows.reduce((sum, row) => sum + row.expectedRenewals!, 0) : null },
      notes: [...(fit.fitted ? [] : [`The model could not be fitted. ${fit.reason}`]), ...leftOut(currency, customers)],
    };
  })
  .explaining(whyNoBuyer);
