import { IsIn, IsNumber, Max, Min } from 'class-validator';
import { analysis, stored } from '#event-sourcing';
import { modelRegistry, type ModelVersionRow } from '#models';
import { type BgNbd, type GammaGamma } from '#statistics';
import { buyersIn, currencyOf, leftOut, NO_CURRENCY, type Buyer } from '../domain/buyers.js';
import { fitBuying, forecastOf } from '../domain/forecast.js';
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
    expectedPurchases: { type: 'number', summary: 'Purchase days within the horizon.' }, expectedSpend: { type: 'number', unit: 'minor units' },
  },
})
  .reads({ customers: stored(loyalty), policies, models: modelRegistry })
  .computes(({ customers, policies: published, models }, { now, parameters: { currency: chosen, horizon, model } }) => {
    const currency = currencyOf(chosen, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const buyers = buyersIn(currency, customers);
    const used = model === 'fitted' ? fittedModels(buyers, dayOf(now)) : promotedModels(models, currency);
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
  });

interface Used {
  bgNbd?: BgNbd;
  gammaGamma?: GammaGamma;
  versions: Record<string, string>;
  notes: string[];
}

function fittedModels(buyers: readonly Buyer[], today: string): Used {
  const { bgNbd, gammaGamma } = fitBuying(buyers, today);
  return {
    ...(bgNbd.fitted && { bgNbd: bgNbd.parameters }), ...(gammaGamma.fitted && { gammaGamma: gammaGamma.parameters }),
    versions: { bg_nbd: `fitted to ${today}`, gamma_gamma: `fitted to ${today}` },
    notes: [['bg_nbd', bgNbd] as const, ['gamma_gamma', gammaGamma] as const].flatMap(([name, fit]) => (fit.fitted ? [] : [`${name} could not be fitted. ${fit.reason}`])),
  };
}

function promotedModels(models: readonly ModelVersionRow[], currency: string): Used {
  const find = (method: string) => models.find((version) => version.status === 'promoted' && version.method === method && version.data['currency'] === currency);
  const [bgNbd, gammaGamma] = [find('bg_nbd'), find('gamma_gamma')];
  const missing = [['bg_nbd', bgNbd] as const, ['gamma_gamma', gammaGamma] as const].filter(([, found]) => !found).map(([name]) => name);
  return {
    ...(bgNbd && { bgNbd: bgNbd.parameters as unknown as BgNbd }), ...(gammaGamma && { gammaGamma: gammaGamma.parameters as unknown as GammaGamma }),
    versions: Object.fromEntries([bgNbd, gammaGamma].flatMap((found) => (found ? [[found.method, `${found.modelId}/${found.version}`]] : []))),
    notes: missing.map((name) => `No model ${name} for ${currency} was promoted by then: guanxi models train buying --promote trains one, and --set model=fitted fits one for this answer.`),
  };
}
