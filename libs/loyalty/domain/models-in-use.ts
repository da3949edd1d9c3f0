import { type ModelVersionRow } from '#models';
import { type BgNbd, type GammaGamma } from '#statistics';
import type { Buyer } from './buyers.js';
import { fitBuying } from './forecast.js';

export interface ModelsInUse {
  /** Missing where there is none; the notes say why. */
  bgNbd?: BgNbd;
  gammaGamma?: GammaGamma;
  versions: Record<string, string>;
  notes: string[];
}

export interface ModelSources {
  buyers: readonly Buyer[];
  today: string;
  models: readonly ModelVersionRow[];
  currency: string;
}

/** The models of buying that were promoted by then, or that are fitted to the buyers of the day. */
export function modelsFor(choice: 'promoted' | 'fitted', { buyers, today, models, currency }: ModelSources): ModelsInUse {
  return choice === 'fitted' ? fittedModels(buyers, today) : promotedModels(models, currency);
}

function fittedModels(buyers: readonly Buyer[], today: string): ModelsInUse {
  const { bgNbd, gammaGamma } = fitBuying(buyers, today);
  return {
    ...(bgNbd.fitted && { bgNbd: bgNbd.parameters }), ...(gammaGamma.fitted && { gammaGamma: gammaGamma.parameters }),
    versions: { bg_nbd: `fitted to ${today}`, gamma_gamma: `fitted to ${today}` },
    notes: [['bg_nbd', bgNbd] as const, ['gamma_gamma', gammaGamma] as const].flatMap(([name, fit]) => (fit.fitted ? [] : [`${name} could not be fitted. ${fit.reason}`])),
  };
}

function promotedModels(models: readonly ModelVersionRow[], currency: string): ModelsInUse {
  const find = (method: string) => models.find((version) => version.status === 'promoted' && version.method === method && version.data['currency'] === currency);
  const [bgNbd, gammaGamma] = [find('bg_nbd'), find('gamma_gamma')];
  const missing = [['bg_nbd', bgNbd] as const, ['gamma_gamma', gammaGamma] as const].filter(([, found]) => !found).map(([name]) => name);
  return {
    ...(bgNbd && { bgNbd: bgNbd.parameters as unknown as BgNbd }), ...(gammaGamma && { gammaGamma: gammaGamma.parameters as unknown as GammaGamma }),
    versions: Object.fromEntries([bgNbd, gammaGamma].flatMap((found) => (found ? [[found.method, `${found.modelId}/${found.version}`]] : []))),
    notes: missing.map((name) => `No model ${name} for ${currency} was promoted by then: guanxi models train --promote trains one, and --set model=fitted fits one for this answer.`),
  };
}
