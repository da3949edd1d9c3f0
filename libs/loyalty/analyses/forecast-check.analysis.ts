import { analysis, earlier, stored } from '#event-sourcing';
import { buyersIn, currencyOf, NO_CURRENCY, repeatBuying } from '../domain/buyers.js';
import { heldOut, tracked } from '../domain/forecast.js';
import { dayOf } from '../domain/time.js';
import { fitBgNbd } from '#statistics';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { CurrencyParameter } from './currency-parameter.js';

/** Whether the model of repeat buying, fitted to an earlier moment, foretold what came after. */
export const forecastCheck = analysis('forecast_check', {
  version: 1,
  summary: 'BG/NBD fitted to the customers as of an earlier moment, against what they did from then on: by their repeat purchases, and cumulated week by week.',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['repeats'], parameters: CurrencyParameter, thread: import.meta.url,
  columns: { repeats: { type: 'text', summary: 'Repeat purchases by the earlier moment.' }, customers: 'integer', expected: { type: 'number', summary: 'Purchases of each, on average.' }, actual: 'number' },
})
  .reads({ customers: stored(loyalty), before: earlier(stored(loyalty)), policies })
  .computes(({ customers, before, policies: published }, { now, from, parameters }) => {
    const currency = currencyOf(parameters.currency, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const [since, today] = [dayOf(from!), dayOf(now)];
    if (since >= today) return { rows: [], notes: [`Nothing came between ${since} and ${today}: choose an earlier moment to fit the model to.`] };
    const calibrated = buyersIn(currency, before);
    const fit = fitBgNbd(calibrated.map((buyer) => repeatBuying(buyer, since)));
    if (!fit.fitted) return { rows: [], summary: { currency, buyers: calibrated.length }, notes: [`The model could not be fitted. ${fit.reason}`] };
    const present = new Map(buyersIn(currency, customers).map((buyer) => [buyer.customerId, buyer]));
    const classes = heldOut(calibrated, present, since, today, fit.parameters);
    const weeks = tracked(calibrated.flatMap(({ customerId }) => present.get(customerId) ?? []), today, fit.parameters);
    const [expected, actual] = [classes.reduce((sum, each) => sum + each.expected, 0), classes.reduce((sum, each) => sum + each.actual, 0)];
    const last = weeks.at(-1);
    return {
      rows: classes.filter((each) => each.customers > 0).map((each) => ({ ...each, expected: each.expected / each.customers, actual: each.actual / each.customers })),
      summary: {
        currency, buyers: calibrated.length, parameters: fit.parameters, expectedPurchases: expected, actualPurchases: actual, error: actual > 0 ? expected / actual - 1 : null,
        weeks: weeks.length, cumulatedExpected: last?.expected ?? null, cumulatedActual: last?.actual ?? null,
      },
      notes: actual > 0 ? [] : ['Nobody bought between the two moments: the error has no measure.'],
      plots: [
        { title: 'Repeat purchases, cumulated by week', kind: 'line', x: 'week', series: [{ name: 'expected', points: weeks.map((each) => [each.week, each.expected]) }, { name: 'actual', points: weeks.map((each) => [each.week, each.actual]) }] },
        { title: 'Purchases after the earlier moment, by repeat purchases before it', kind: 'bar', series: (['expected', 'actual'] as const).map((name) => ({ name, points: classes.filter((each) => each.customers > 0).map((each) => [each.repeats, each[name] / each.customers]) })) },
      ],
    };
  });
