import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { AnalysisMoment, AnyAnalysis, Findings, Inputs, Sources } from '../../modelling/analysis.js';
import { InTurn } from '../../writing/in-turn.js';
import type { Question, Reply } from './analysis.worker.js';

const turns = new InTurn();

/** What the analysis finds; in a thread of its own where it says that it takes long, one such at a time. */
export async function findingsOf(analysis: AnyAnalysis, inputs: Inputs<Sources>, moment: AnalysisMoment<object>): Promise<Findings> {
  const { thread } = analysis.options;
  if (thread === undefined) return analysis.compute(inputs, moment);
  return turns.run('thread', () => inThread({ file: thread, name: analysis.name, inputs, moment: { ...moment, parameters: { ...moment.parameters } } }));
}

async function inThread(question: Question): Promise<Findings> {
  const worker = new Worker(new URL('./analysis.worker.js', import.meta.url));
  try {
    worker.postMessage(question);
    const [reply] = (await once(worker, 'message')) as [Reply];
    if ('found' in reply) return reply.found;
    throw new Error(reply.failed);
  } finally {
    await worker.terminate();
  }
}
