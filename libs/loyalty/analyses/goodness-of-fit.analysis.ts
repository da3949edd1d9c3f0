import { analysis, stored } from '#event-sourcing';
import { fitBgNbd } from '#statistics';
import { buyersIn, currencyOf, leftOut, NO_CURRENCY, repeatBuying } from '../domain/buyers.js';
import { frequencyFit } from '../domain/frequency-fit.js';
import { dayOf } from '../domain/time.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { CurrencyParameter } from './currency-parameter.js';

/** Whether the model of repeat buying says of the customers that it was fitted to what they did. */
export const goodnessOfFit = analysis('goodness_of_fit', {
  version: 1,
  summary: 'Buyers by their repeat purchases, as many as there are and as BG/NBD, fitted to them, expects, with a chi-square test; forecast_check tells of what came after.',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['repeats'], parameters: CurrencyParameter, thread: import.meta.url,
  columns: { repeats: { type: 'text', summary: 'Repeat purchases; the last class is open.' }, actual: { type: 'integer', unit: 'customers' }, expected: { type: 'number', unit: 'customers' } },
})
  .reads({ customers: stored(loyalty), policies })
  .computes(({ customers, policies: published }, { now, parameters }) => {
    const currency = currencyOf(parameters.currency, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const histories = buyersIn(currency, customers).map((buyer) => repeatBuying(buyer, dayOf(now)));
    const fit = fitBgNbd(histories);
    if (!fit.fitted) return { rows: [], summary: { currency, buyers: histories.length }, notes: [`The model could not be fitted. ${fit.reason}`, ...leftOut(currency, customers)] };
    const { classes, chiSquare, degreesOfFreedom, probability } = frequencyFit(histories, fit.parameters);
    return {
      rows: classes, summary: { currency, buyers: histories.length, parameters: fit.parameters, chiSquare, degreesOfFreedom, probability },
      notes: [...(probability === null ? ['There are too few classes for a test: probability is null.'] : []), ...leftOut(currency, customers)],
      plots: [{ title: 'Customers by repeat purchases', kind: 'bar', series: (['actual', 'expected'] as const).map((name) => ({ name, points: classes.map((each) => [each.repeats, each[name]]) })) }],
    };
  });
