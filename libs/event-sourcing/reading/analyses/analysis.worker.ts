import { parentPort } from 'node:worker_threads';
import { Analysis, type AnalysisMoment, type AnyAnalysis, type Findings, type Inputs, type Sources } from '../../modelling/analysis.js';

export interface Question {
  /** Address of the file that exports the analysis. */
  file: string;
  name: string;
  inputs: Inputs<Sources>;
  moment: AnalysisMoment<object>;
}

export type Reply = { found: Findings } | { failed: string };

parentPort!.on('message', (question: Question) => {
  answer(question).then(
    (found) => parentPort!.postMessage({ found } satisfies Reply),
    (error: unknown) => parentPort!.postMessage({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Reply),
  );
});

async function answer({ file, name, inputs, moment }: Question): Promise<Findings> {
  const exported = Object.values((await import(file)) as Record<string, unknown>);
  const analysis = exported.find((value): value is Analysis => value instanceof Analysis && value.name === name);
  if (!analysis) throw new Error(`${file} exports no analysis ${name}: its option thread must be import.meta.url of the file that does.`);
  return (analysis as AnyAnalysis).compute(inputs, moment);
}
