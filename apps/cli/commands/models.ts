import { type Command } from 'commander';
import { momentFrom, type AnalysisAnswer } from '#event-sourcing';
import { type Access, type ListParameters } from '../access/access.js';
import { invocationOf, wholeNumber, withAccess } from '../invocation.js';
import { Failed } from '../terminal/exit.js';
import { note, table } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';

/** The models of buying, each with what it says. */
const METHODS: Readonly<Record<string, string>> = { bg_nbd: 'Repeat buying (BG/NBD), time in weeks.', gamma_gamma: 'Spending of a purchase day (gamma-gamma), minor units.' };
const ITEMS_IN_COMMAND = 2_000;
const DAYS_IN_WEEK = 7;

interface TrainOptions {
  asOf?: string;
  knownAt?: string;
  currency?: string;
  promote?: boolean;
}

interface PredictOptions extends Omit<TrainOptions, 'promote'> {
  horizon: number;
}

interface Trained {
  modelId: string;
  version: number;
  promoted: boolean;
  parameters: Record<string, number>;
}

export function addModels(program: Command): void {
  const models = program.command('models').description('models of buying: trained as of a moment, put on record, and held against what happens');
  models
    .command('train')
    .description('fits the models of buying to the customers as of a moment and records them as new versions')
    .option('--as-of <time>', 'the data of then: a date (that whole day, UTC) or a time')
    .option('--known-at <time>', 'the data that were known then')
    .option('--currency <code>', 'purchases in this currency (default: that of the loyalty policy)')
    .option('--promote', 'use the new versions from then on')
    .action(async (options: TrainOptions, command: Command) => {
      const { configuration, output } = invocationOf(command);
      const trained = await withAccess(configuration, (access) => train(access, options));
      await output.answer(trained, () => table(['model', 'version', 'in use', 'parameters'], trained.map(({ modelId, version, promoted, parameters }) => [modelId, version, promoted ? 'yes' : 'no', parameters])));
    });
  models
    .command('predict')
    .description('records what the promoted models expect of every buyer as of a moment, to be scored when its time is over')
    .option('--as-of <time>', 'as of then: a date (that whole day, UTC) or a time')
    .option('--known-at <time>', 'as it was known then')
    .option('--currency <code>', 'purchases in this currency (default: that of the loyalty policy)')
    .option('--horizon <weeks>', 'how far ahead', wholeNumber(1), 39)
    .action(async (options: PredictOptions, command: Command) => {
      const { configuration, output } = invocationOf(command);
      const made = await withAccess(configuration, (access) => predict(access, options));
      await output.answer(made, () => `${made.customers} predictions of ${made.model} as of ${made.asOf} are on record. guanxi analyse calibration scores them when their ${made.horizonDays} days are over.`);
    });
}

async function train(access: Access, options: TrainOptions): Promise<Trained[]> {
  const answer = await analysed(access, 'buying_models', options, 'Fitting');
  for (const line of answer.notes) note(line);
  const { currency } = answer.summary as { currency: string };
  const occurredAt = answer.now;
  const trained: Trained[] = [];
  for (const [method, summary] of Object.entries(METHODS)) {
    const rows = answer.rows.filter(({ model }) => model === method) as { parameter: string; estimate: number; standardError: number }[];
    if (rows.length === 0) continue;
    const modelId = `${method}-${currency}`;
    const named = (of: 'estimate' | 'standardError') => Object.fromEntries(rows.map((row) => [row.parameter, row[of]]));
    const fit = answer.summary[method] as { observations: number; logLikelihood: number };
    await access.send('RegisterModel', { modelId, method, summary, occurredAt });
    await access.send('RecordModelTraining', {
      modelId, data: { asOf: answer.now, currency, observations: fit.observations, ...(options.knownAt !== undefined && { knownAt: momentFrom({ knownAt: options.knownAt }).knownAt! }) },
      parameters: named('estimate'), standardErrors: named('standardError'), diagnostics: { logLikelihood: fit.logLikelihood }, occurredAt,
    });
    const version = await latestVersion(access, modelId);
    if (options.promote) await access.send('PromoteModel', { modelId, version, occurredAt });
    trained.push({ modelId, version, promoted: options.promote === true, parameters: named('estimate') });
  }
  if (trained.length === 0) throw new Failed('No model could be fitted; nothing was recorded.');
  return trained;
}

async function predict(access: Access, options: PredictOptions) {
  const answer = await analysed(access, 'expected_purchases', options, 'Expecting', { horizon: String(options.horizon) });
  if (answer.rows.length === 0) throw new Failed(answer.notes.join(' '));
  const { models, currency } = answer.summary as { models: Record<string, string>; currency: string };
  const model = models['bg_nbd']!;
  const [modelId, modelVersion] = [model.slice(0, model.lastIndexOf('/')), Number(model.slice(model.lastIndexOf('/') + 1))];
  const horizonDays = options.horizon * DAYS_IN_WEEK;
  const items = answer.rows.map(({ customerId, expectedPurchases }) => ({ customerId, expected: expectedPurchases }));
  const bar = progressBar('Recording');
  for (let next = 0; next < items.length; next += ITEMS_IN_COMMAND) {
    const predictionId = `${modelId}-${modelVersion}-${answer.now.slice(0, 10)}-${horizonDays}-${next / ITEMS_IN_COMMAND}`;
    const prediction = { predictionId, modelId, modelVersion, measure: 'purchase-days', unit: currency, asOf: answer.now, horizonDays, items: items.slice(next, next + ITEMS_IN_COMMAND), occurredAt: answer.now };
    await access.send('RecordPredictions', prediction);
    bar.update(next, items.length);
  }
  bar.end();
  return { model, asOf: answer.now, horizonDays, customers: items.length };
}

async function analysed(access: Access, name: string, { asOf, knownAt, currency }: TrainOptions, doing: string, more: ListParameters = {}): Promise<AnalysisAnswer> {
  const bar = progressBar(doing);
  const question = { ...more, ...(asOf !== undefined && { asOf }), ...(knownAt !== undefined && { knownAt }), ...(currency !== undefined && { currency }) };
  return access.analyse(name, question, (done, total, text) => bar.update(done, total, text)).finally(() => bar.end());
}

async function latestVersion(access: Access, modelId: string): Promise<number> {
  const { items } = await access.list('model_registry', { filter: JSON.stringify({ modelId }), sort: '-version', limit: '1' });
  return items[0]!['version'] as number;
}
