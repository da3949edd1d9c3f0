import { parentPort } from 'node:worker_threads';
import { Analysis, type AnalysisMoment, type AnyAnalysis, type Findings, type Inputs, type Sources } from '../../modelling/analysis.js';
import { withChanges, type Changes } from './instead-rows.js';

export interface Question {
  /** Address of the file that exports the analysis. */
  file: string;
  name: string;
  /** Missing where they are those of the question before. */
  inputs?: Inputs<Sources>;
  changes: Changes;
  /** The rows that are wanted: those with this value in this column. */
  only: { column: string; record: string } | undefined;
  moment: AnalysisMoment<object>;
}

export type Reply = { found: Findings } | { failed: string };

let inputs: Inputs<Sources> = {};

parentPort!.on('message', (question: Question) => {
  answer(question).then(
    (found) => parentPort!.postMessage({ found } satisfies Reply),
    (error: unknown) => parentPort!.postMessage({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Reply),
  );
});

async function answer({ file, name, moment, changes, only, ...question }: Question): Promise<Findings> {
  inputs = question.inputs ?? inputs;
  const exported = Object.values((await import(file)) as Record<string, unknown>);
  const analysis = exported.find((value): value is Analysis => value instanceof Analysis && value.name === name);
  if (!analysis) throw new Error(`${file} exports no analysis ${name}: its option thread must be import.meta.url of the file that does.`);
  const found = (analysis as AnyAnalysis).compute(withChanges(inputs, changes), moment);
  return only ? { ...found, rows: found.rows.filter((row) => (row as Record<string, unknown>)[only.column] === only.record) } : found;
}
