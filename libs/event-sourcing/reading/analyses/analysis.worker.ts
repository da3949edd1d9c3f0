import { parentPort } from 'node:worker_threads';
import { Analysis, type AnalysisMoment, type AnyAnalysis, type Findings, type Inputs, type Sources } from '../../modelling/analysis.js';
import { withChanges, type Changes } from './instead-rows.js';

export interface Question {
  /** Address of the file that exports the analysis. */
  file: string;
  name: string;
  /** Of the rows that were sent since the question before, or else of the same rows as that. */
  isOfSentRows: boolean;
  changes: Changes;
  /** The rows that are wanted: those with this value in this column. */
  only: { column: string; record: string } | undefined;
  moment: AnalysisMoment<object>;
}

/** Some more rows of a source, as JSON. */
export interface SomeRows {
  source: string;
  rows: string;
}

export type Reply = { found: Findings } | { failed: string };

let inputs: Inputs<Sources> = {};
let sent: Record<string, object[]> = {};

parentPort!.on('message', (message: Question | SomeRows) => {
  if ('source' in message) return take(message);
  answer(message).then(
    (found) => parentPort!.postMessage({ found } satisfies Reply),
    (error: unknown) => parentPort!.postMessage({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Reply),
  );
});

function take({ source, rows }: SomeRows): void {
  const known = (sent[source] ??= []);
  for (const row of JSON.parse(rows) as object[]) known.push(row);
}

async function answer({ file, name, moment, changes, only, isOfSentRows }: Question): Promise<Findings> {
  if (isOfSentRows) [inputs, sent] = [sent as Inputs<Sources>, {}];
  const exported = Object.values((await import(file)) as Record<string, unknown>);
  const analysis = exported.find((value): value is Analysis => value instanceof Analysis && value.name === name);
  if (!analysis) throw new Error(`${file} exports no analysis ${name}: its option thread must be import.meta.url of the file that does.`);
  const found = (analysis as AnyAnalysis).compute(withChanges(inputs, changes), moment);
  return only ? { ...found, rows: found.rows.filter((row) => (row as Record<string, unknown>)[only.column] === only.record) } : found;
}
