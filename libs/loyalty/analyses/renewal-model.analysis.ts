import { IsIn } from 'class-validator';
import { analysis, stored } from '#event-sourcing';
import { buyersIn, currencyOf, leftOut, NO_CURRENCY } from '../domain/buyers.js';
import { ESTIMATE_COLUMNS, estimatesOf, fitSummary } from '../domain/estimates.js';
import { fitRenewals, PERIODS, type Period } from '../domain/renewals.js';
import { dayOf } from '../domain/time.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { CurrencyParameter } from './currency-parameter.js';

export class RenewalModelParameters extends CurrencyParameter {
  /** The calendar periods in each of which somebody renews, or does not. */
  @IsIn(PERIODS) period: Period = 'quarter';
}

/** BG/BB, fitted to the buyers as of the moment. */
export const renewalModel = analysis('renewal_model', {
  version: 1,
  summary: 'The BG/BB model of renewals from one calendar period to the next, fitted by maximum likelihood, with standard errors.',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['model', 'parameter'], parameters: RenewalModelParameters, thread: import.meta.url, columns: ESTIMATE_COLUMNS,
})
  .reads({ customers: stored(loyalty), policies })
  .computes(({ customers, policies: published }, { now, parameters: { currency: chosen, period } }) => {
    const currency = currencyOf(chosen, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const buyers = buyersIn(currency, customers);
    const fit = fitRenewals(buyers, dayOf(now), period);
    return {
      rows: estimatesOf('bg_bb', fit), summary: { currency, period, buyers: buyers.length, bg_bb: fitSummary(fit) },
      notes: [...(fit.fitted ? [] : [`bg_bb could not be fitted. ${fit.reason}`]), ...leftOut(currency, customers)],
    };
  });
