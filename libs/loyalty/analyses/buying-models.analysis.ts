import { analysis, stored } from '#event-sourcing';
import { type Fit } from '#statistics';
import { buyersIn, currencyOf, leftOut, NO_CURRENCY } from '../domain/buyers.js';
import { ESTIMATE_COLUMNS, estimatesOf, fitSummary } from '../domain/estimates.js';
import { fitBuying } from '../domain/forecast.js';
import { dayOf } from '../domain/time.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { CurrencyParameter } from './currency-parameter.js';

/** BG/NBD and gamma-gamma, fitted to the buyers as of the moment. */
export const buyingModels = analysis('buying_models', {
  version: 1,
  summary: 'The BG/NBD model of repeat buying (time in weeks) and the gamma-gamma model of spending (minor units), fitted by maximum likelihood, with standard errors.',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['model', 'parameter'], parameters: CurrencyParameter, thread: import.meta.url,
  columns: ESTIMATE_COLUMNS,
})
  .reads({ customers: stored(loyalty), policies })
  .computes(({ customers, policies: published }, { now, parameters }) => {
    const currency = currencyOf(parameters.currency, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const buyers = buyersIn(currency, customers);
    const { bgNbd, gammaGamma } = fitBuying(buyers, dayOf(now));
    const fits: [string, Fit<string>][] = [['bg_nbd', bgNbd], ['gamma_gamma', gammaGamma]];
    return {
      rows: fits.flatMap(([model, fit]) => estimatesOf(model, fit)),
      summary: { currency, buyers: buyers.length, ...Object.fromEntries(fits.map(([model, fit]) => [model, fitSummary(fit)])) },
      notes: [...fits.flatMap(([model, fit]) => (fit.fitted ? [] : [`${model} could not be fitted. ${fit.reason}`])), ...leftOut(currency, customers)],
    };
  });
