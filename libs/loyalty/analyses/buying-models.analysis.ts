import { analysis, stored } from '#event-sourcing';
import { type Fit } from '#statistics';
import { buyersIn, currencyOf, leftOut, NO_CURRENCY } from '../domain/buyers.js';
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
  columns: { model: 'text', parameter: 'text', estimate: 'number', standardError: 'number', lower: { type: 'number', summary: 'Of the interval of 95 %, by the logarithm of the parameter.' }, upper: 'number' },
})
  .reads({ customers: stored(loyalty), policies })
  .computes(({ customers, policies: published }, { now, parameters }) => {
    const currency = currencyOf(parameters.currency, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const buyers = buyersIn(currency, customers);
    const { bgNbd, gammaGamma } = fitBuying(buyers, dayOf(now));
    const fits: [string, Fit<string>][] = [['bg_nbd', bgNbd], ['gamma_gamma', gammaGamma]];
    return {
      rows: fits.flatMap(([model, fit]) => rowsOf(model, fit)),
      summary: { currency, buyers: buyers.length, ...Object.fromEntries(fits.map(([model, fit]) => [model, summaryOf(fit)])) },
      notes: [...fits.flatMap(([model, fit]) => (fit.fitted ? [] : [`${model} could not be fitted. ${fit.reason}`])), ...leftOut(currency, customers)],
    };
  });

/** Half of what holds 95 % of a normal distribution, in standard deviations. */
const NORMAL_95 = 1.959963984540054;

function rowsOf(model: string, fit: Fit<string>) {
  if (!fit.fitted) return [];
  return Object.entries(fit.parameters).map(([parameter, estimate]) => {
    const standardError = fit.standardErrors[parameter]!;
    const factor = Math.exp((NORMAL_95 * standardError) / estimate);
    return { model, parameter, estimate, standardError, lower: estimate / factor, upper: estimate * factor };
  });
}

const summaryOf = (fit: Fit<string>) => (fit.fitted ? { observations: fit.observations, logLikelihood: fit.logLikelihood, iterations: fit.iterations } : { fitted: false });
