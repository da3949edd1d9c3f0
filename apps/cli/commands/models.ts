import { Option, type Command } from 'commander';
import { isDeepStrictEqual } from 'node:util';
import { type AnalysisAnswer } from '#event-sourcing';
import { type Access } from '../access/access.js';
import { invocationOf, wholeNumber, withAccess } from '../invocation.js';
import { Failed, WrongUsage } from '../terminal/exit.js';
import { note, table } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { analysed, fitsOf, KINDS, type Fit, type FitOptions, type Kind } from './fits.js';

const ITEMS_IN_COMMAND = 2_000;
const DAYS_IN_WEEK = 7;

interface TrainOptions extends FitOptions {
  model: Kind;
  promote?: boolean;
}

/** What foretells something. */
const FORETELLING = ['buying', 'renewals', 'churn', 'credit'] as const satisfies readonly Kind[];

interface PredictOptions extends FitOptions {
  model: (typeof FORETELLING)[number];
  horizon: number;
  next: number;
  promoted?: boolean;
}

interface Trained {
  modelId: string;
  version: number;
  promoted: boolean;
  parameters: Record<string, number>;
}

/** What a version of a model says of customers. */
interface Foretold {
  modelId: string;
  modelVersion: number;
  measure: string;
  unit?: string;
  asOf: string;
  horizonDays: number;
  items: { customerId: unknown; expected: unknown }[];
}

export function addModels(program: Command): void {
  const models = program.command('models').description('models of customers: trained as of a moment, put on record, and held against what happens');
  models
    .command('train')
    .description('fits a model to the customers as of a moment and records it as a new version')
    .addOption(new Option('--model <name>', 'buying (BG/NBD and gamma-gamma), renewals (BG/BB), churn, credit, or groups of behaviour').choices(KINDS).default('buying'))
    .option('--as-of <time>', 'the data of then: a date (that whole day, UTC) or a time')
    .option('--known-at <time>', 'the data that were known then')
    .option('--from <time>', 'of churn and credit: who did not buy, or pay in time, since then')
    .option('--currency <code>', 'of buying and renewals: purchases in this currency (default: that of the loyalty policy)')
    .addOption(periodOption())
    .option('--promote', 'use the new versions from then on')
    .action(async (options: TrainOptions, command: Command) => {
      const { configuration, output } = invocationOf(command);
      const trained = await withAccess(configuration, (access) => train(access, options));
      await output.answer(trained, () => table(['model', 'version', 'in use', 'parameters'], trained.map(({ modelId, version, promoted, parameters }) => [modelId, version, promoted ? 'yes' : 'no', parameters])));
    });
  models
    .command('predict')
    .description('records what a model expects of every buyer as of a moment, to be scored when its time is over')
    .addOption(new Option('--model <name>', 'buying and renewals (the promoted models), churn or credit (trained by the way)').choices(FORETELLING).default('buying'))
    .option('--as-of <time>', 'as of then: a date (that whole day, UTC) or a time')
    .option('--known-at <time>', 'as it was known then')
    .option('--from <time>', 'of churn and credit: learnt from what happened since then, foretold for as long')
    .option('--currency <code>', 'of buying and renewals: purchases in this currency (default: that of the loyalty policy)')
    .addOption(periodOption())
    .option('--promoted', 'of churn and credit: by the version in use, for as long as that was learnt for')
    .option('--horizon <weeks>', 'of buying: how far ahead', wholeNumber(1), 39)
    .option('--next <periods>', 'of renewals: how far ahead, the running period being the first', wholeNumber(1), 4)
    .action(async (options: PredictOptions, command: Command) => {
      const { configuration, output } = invocationOf(command);
      const made = await withAccess(configuration, async (access) => record(access, await foretoldBy[options.model](access, options)));
      await output.answer(made, () => `${made.customers} predictions of ${made.model} as of ${made.asOf} are on record. guanxi analyse calibration --set measure=${made.measure} scores them when their ${made.horizonDays} days are over.`);
    });
}

const periodOption = () => new Option('--period <period>', 'of renewals: the calendar periods in each of which somebody renews (default: quarter)').choices(['month', 'quarter', 'year']);

async function train(access: Access, options: TrainOptions): Promise<Trained[]> {
  const { answer, fits } = await fitsOf[options.model](access, options);
  for (const line of answer.notes) note(line);
  if (fits.length === 0) throw new Failed('No model could be fitted; nothing was recorded.');
  const trained: Trained[] = [];
  for (const fit of fits) {
    const version = await put(access, fit, answer.now);
    if (options.promote) await access.send('PromoteModel', { modelId: fit.modelId, version, occurredAt: answer.now });
    trained.push({ modelId: fit.modelId, version, promoted: options.promote === true, parameters: fit.parameters });
  }
  return trained;
}

/** Puts a fit on record. @returns its version */
async function put(access: Access, { modelId, method, summary, ...training }: Fit, occurredAt: string): Promise<number> {
  await access.send('RegisterModel', { modelId, method, summary, occurredAt });
  await access.send('RecordModelTraining', { modelId, ...training, occurredAt });
  return (await latest(access, modelId))!.version;
}

const foretoldBy: Readonly<Record<PredictOptions['model'], (access: Access, options: PredictOptions) => Promise<Foretold>>> = {
  buying: purchasesForetold, renewals: renewalsForetold, churn: riskForetold, credit: riskForetold,
};

async function purchasesForetold(access: Access, options: PredictOptions): Promise<Foretold> {
  const answer = await analysed(access, 'expected_purchases', options, 'Expecting', { horizon: String(options.horizon) });
  if (answer.rows.length === 0) throw new Failed(answer.notes.join(' '));
  const { models, currency } = answer.summary as { models: Record<string, string>; currency: string };
  const items = answer.rows.map(({ customerId, expectedPurchases }) => ({ customerId, expected: expectedPurchases }));
  return { ...versionIn(models['bg_nbd']!), measure: 'purchase-days', unit: currency, asOf: answer.now, horizonDays: options.horizon * DAYS_IN_WEEK, items };
}

async function renewalsForetold(access: Access, options: PredictOptions): Promise<Foretold> {
  const answer = await analysed(access, 'renewals', options, 'Expecting', { next: String(options.next) });
  const { models, currency, horizonDays } = answer.summary as { models: Record<string, string>; currency: string; horizonDays: number };
  const model = models['bg_bb'];
  if (answer.rows.length === 0 || model === undefined) throw new Failed(answer.notes.join(' '));
  const items = answer.rows.map(({ customerId, expectedRenewals }) => ({ customerId, expected: expectedRenewals }));
  return { ...versionIn(model), measure: 'renewals', unit: currency, asOf: answer.now, horizonDays, items };
}

/** By which analysis what can go wrong with a customer is foretold. */
const RISKS = { churn: { analysis: 'churn_risk', measure: 'no-purchase' }, credit: { analysis: 'credit_risk', measure: 'late-payment' } } as const;
type Risk = keyof typeof RISKS;

/** What it rests on is on record before it: the latest version where it is this very one, or else a new one. */
async function riskForetold(access: Access, options: PredictOptions): Promise<Foretold> {
  const risk = options.model as Risk;
  if (options.promoted) return riskByPromoted(access, risk, options);
  const { answer, fits: [fit] } = await fitsOf[risk](access, options);
  if (!fit || answer.rows.length === 0) throw new Failed(answer.notes.join(' ') || 'Nobody is at risk: there is nothing to foretell.');
  const known = await latest(access, fit.modelId);
  const isKnown = known !== undefined && isDeepStrictEqual(known.parameters, fit.parameters);
  const modelVersion = isKnown ? known.version : await put(access, fit, answer.now);
  return { modelId: fit.modelId, modelVersion, ...risksIn(risk, answer), horizonDays: Number(fit.data['horizonDays']) };
}

async function riskByPromoted(access: Access, risk: Risk, options: PredictOptions): Promise<Foretold> {
  if (options.from === undefined) throw new WrongUsage('Name an earlier moment by --from: the analysis compares with it.');
  const answer = await analysed(access, RISKS[risk].analysis, options, 'Expecting', { model: 'promoted' });
  const { model, horizonDays } = answer.summary as { model: string | null; horizonDays: number };
  if (model === null || answer.rows.length === 0) throw new Failed(answer.notes.join(' ') || 'Nobody is at risk: there is nothing to foretell.');
  return { ...versionIn(model), ...risksIn(risk, answer), horizonDays };
}

function risksIn(risk: Risk, { rows, now, summary: { currency } }: AnalysisAnswer): Pick<Foretold, 'measure' | 'unit' | 'asOf' | 'items'> {
  return { measure: RISKS[risk].measure, ...(typeof currency === 'string' && { unit: currency }), asOf: now, items: rows.map(({ customerId, probability }) => ({ customerId, expected: probability })) };
}

/** `churn-USD/2` */
function versionIn(model: string): { modelId: string; modelVersion: number } {
  const slash = model.lastIndexOf('/');
  return { modelId: model.slice(0, slash), modelVersion: Number(model.slice(slash + 1)) };
}

async function record(access: Access, { items, ...foretold }: Foretold) {
  const { modelId, modelVersion, asOf, horizonDays, measure } = foretold;
  const bar = progressBar('Recording');
  for (let next = 0; next < items.length; next += ITEMS_IN_COMMAND) {
    const predictionId = `${modelId}-${modelVersion}-${asOf.slice(0, 10)}-${horizonDays}-${next / ITEMS_IN_COMMAND}`;
    await access.send('RecordPredictions', { predictionId, ...foretold, items: items.slice(next, next + ITEMS_IN_COMMAND), occurredAt: asOf });
    bar.update(next, items.length);
  }
  bar.end();
  return { model: `${modelId}/${modelVersion}`, measure, asOf, horizonDays, customers: items.length };
}

async function latest(access: Access, modelId: string): Promise<{ version: number; parameters: object } | undefined> {
  const { items } = await access.list('model_registry', { filter: JSON.stringify({ modelId }), sort: '-version', limit: '1' });
  return items[0] as { version: number; parameters: object } | undefined;
}
