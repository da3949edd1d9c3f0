import { momentFrom, type AnalysisAnswer } from '#event-sourcing';
import { type Access, type ListParameters } from '../access/access.js';
import { WrongUsage } from '../terminal/exit.js';
import { progressBar } from '../terminal/progress.js';

export const KINDS = ['buying', 'renewals', 'churn', 'credit', 'groups'] as const;
export type Kind = (typeof KINDS)[number];

export interface FitOptions {
  asOf?: string;
  knownAt?: string;
  from?: string;
  currency?: string;
  /** Of renewals. */
  period?: string;
}

/** A fit as it goes on record. */
export interface Fit {
  modelId: string;
  method: string;
  summary: string;
  data: Record<string, string | number>;
  parameters: Record<string, number>;
  standardErrors?: Record<string, number>;
  diagnostics?: Record<string, string | number>;
}

export interface Fits {
  answer: AnalysisAnswer;
  fits: Fit[];
}

/** What is fitted to the customers as of a moment. */
export const fitsOf: Readonly<Record<Kind, (access: Access, options: FitOptions) => Promise<Fits>>> = { buying, renewals, churn, credit, groups };

const BUYING: Readonly<Record<string, string>> = { bg_nbd: 'Repeat buying (BG/NBD), time in weeks.', gamma_gamma: 'Spending of a purchase day (gamma-gamma), minor units.' };

async function buying(access: Access, options: FitOptions): Promise<Fits> {
  const answer = await analysed(access, 'buying_models', options, 'Fitting');
  const { currency } = answer.summary as { currency: string };
  const fits = Object.entries(BUYING).flatMap(([method, summary]) => likeliest(answer, options, { modelId: `${method}-${currency}`, method, summary }));
  return { answer, fits };
}

async function renewals(access: Access, options: FitOptions): Promise<Fits> {
  const answer = await analysed(access, 'renewal_model', options, 'Fitting');
  const { currency, period } = answer.summary as { currency: string; period: string };
  const [fit] = likeliest(answer, options, { modelId: `bg_bb-${period}-${currency}`, method: 'bg_bb', summary: `Renewals from one calendar ${period} to the next (BG/BB).` });
  return { answer, fits: fit ? [{ ...fit, data: { ...fit.data, period } }] : [] };
}

/** What an analysis found by maximum likelihood; nothing where it found none. */
function likeliest(answer: AnalysisAnswer, options: FitOptions, named: Pick<Fit, 'modelId' | 'method' | 'summary'>): Fit[] {
  const rows = answer.rows.filter(({ model }) => model === named.method) as { parameter: string; estimate: number; standardError: number }[];
  if (rows.length === 0) return [];
  const numbers = (of: 'estimate' | 'standardError') => Object.fromEntries(rows.map((row) => [row.parameter, row[of]]));
  const { observations, logLikelihood } = answer.summary[named.method] as { observations: number; logLikelihood: number };
  const data = { ...dataOf(answer, options), currency: answer.summary['currency'] as string, observations };
  return [{ ...named, data, parameters: numbers('estimate'), standardErrors: numbers('standardError'), diagnostics: { logLikelihood } }];
}

interface RiskSummary {
  model: string | null;
  learntAsOf: string;
  horizonDays: number;
  intercept: number;
  crossValidated: { areaUnderCurve: number | null; brierScore: number | null };
  coefficients: { feature: string; coefficient: number; standardError: number; mean: number; deviation: number }[];
}

interface ChurnSummary extends RiskSummary {
  customers: number;
  churned: number;
  currency: string;
}

interface CreditSummary extends RiskSummary {
  learntFrom: number;
  paidTooLate: number;
  graceDays: number;
}

async function churn(access: Access, options: FitOptions): Promise<Fits> {
  if (options.from === undefined) throw new WrongUsage('Churn is learnt from who did not buy since an earlier moment: name it by --from.');
  const answer = await analysed(access, 'churn_risk', options, 'Fitting');
  const found = answer.summary as unknown as ChurnSummary;
  if (found.model === null) return { answer, fits: [] };
  const fit: Fit = {
    modelId: `churn-${found.currency}`, method: 'logistic_ridge', summary: 'Not buying for as long as it was learnt from (logistic regression, ridge); features standardised by mean and deviation.',
    data: { ...learntBy(answer, options, found), currency: found.currency, observations: found.customers, churned: found.churned }, ...numbersOf(found),
  };
  return { answer, fits: [fit] };
}

async function credit(access: Access, options: FitOptions): Promise<Fits> {
  if (options.from === undefined) throw new WrongUsage('Credit risk is learnt from who paid too late since an earlier moment: name it by --from.');
  const answer = await analysed(access, 'credit_risk', options, 'Fitting');
  const found = answer.summary as unknown as CreditSummary;
  if (found.model === null) return { answer, fits: [] };
  const fit: Fit = {
    modelId: 'credit', method: 'logistic_ridge', summary: 'Paying an instalment later than the days of grace, within as long as it was learnt from (logistic regression, ridge); features standardised by mean and deviation.',
    data: { ...learntBy(answer, options, found), graceDays: found.graceDays, observations: found.learntFrom, paidTooLate: found.paidTooLate }, ...numbersOf(found),
  };
  return { answer, fits: [fit] };
}

const learntBy = (answer: AnalysisAnswer, options: FitOptions, { learntAsOf, horizonDays }: RiskSummary) => ({ ...dataOf(answer, options), learntAsOf, horizonDays: Math.round(horizonDays) });

function numbersOf({ intercept, coefficients, crossValidated: { areaUnderCurve, brierScore } }: RiskSummary): Pick<Fit, 'parameters' | 'standardErrors' | 'diagnostics'> {
  const of = (name: 'coefficient' | 'mean' | 'deviation', as: string) => Object.fromEntries(coefficients.map((each) => [`${each.feature}${as}`, each[name]]));
  return {
    parameters: { intercept, ...of('coefficient', ''), ...of('mean', '.mean'), ...of('deviation', '.deviation') },
    standardErrors: Object.fromEntries(coefficients.map(({ feature, standardError }) => [feature, standardError])),
    diagnostics: { ...(areaUnderCurve !== null && { areaUnderCurve }), ...(brierScore !== null && { brierScore }) },
  };
}

interface GroupSummary {
  method: string;
  seed: number;
  currency?: string;
  groups: { group: number; customers: number; means: Record<string, number> }[];
}

async function groups(access: Access, options: FitOptions): Promise<Fits> {
  const answer = await analysed(access, 'behaviour_groups', options, 'Grouping');
  const { method, seed, currency = 'none', groups: found } = answer.summary as unknown as GroupSummary;
  if (found.length === 0) return { answer, fits: [] };
  const parameters = Object.fromEntries(found.flatMap(({ group, customers, means }) => [[`${group}.customers`, customers], ...Object.entries(means).map(([feature, mean]) => [`${group}.${feature}`, mean] as const)]));
  return { answer, fits: [{ modelId: `groups-${currency}`, method: 'k_means', summary: `Groups of customers who behave alike: ${method}.`, data: { ...dataOf(answer, options), currency, observations: answer.rows.length }, parameters, diagnostics: { seed, groups: found.length } }] };
}

const dataOf = (answer: AnalysisAnswer, { knownAt }: FitOptions) => ({ asOf: answer.now, ...(knownAt !== undefined && { knownAt: momentFrom({ knownAt }).knownAt! }) });

/** What an analysis finds as of the moment of the options. @throws WrongUsage */
export async function analysed(access: Access, name: string, { asOf, knownAt, from, currency, period }: FitOptions, doing: string, more: ListParameters = {}): Promise<AnalysisAnswer> {
  if (from !== undefined && !COMPARING.includes(name)) throw new WrongUsage('--from goes with --model churn and --model credit.');
  if (currency !== undefined && !OF_A_CURRENCY.includes(name)) throw new WrongUsage(`${name} takes no currency; leave --currency out.`);
  if (period !== undefined && !OF_PERIODS.includes(name)) throw new WrongUsage('--period goes with --model renewals.');
  const said = Object.entries({ asOf, knownAt, from, currency, period }).flatMap(([field, value]) => (value === undefined ? [] : [[field, value] as const]));
  const bar = progressBar(doing);
  return access.analyse(name, { ...more, ...Object.fromEntries(said) }, (done, total, text) => bar.update(done, total, text)).finally(() => bar.end());
}

const OF_PERIODS: readonly string[] = ['renewal_model', 'renewals'];
const OF_A_CURRENCY: readonly string[] = ['buying_models', 'expected_purchases', ...OF_PERIODS];
const COMPARING: readonly string[] = ['churn_risk', 'credit_risk'];
