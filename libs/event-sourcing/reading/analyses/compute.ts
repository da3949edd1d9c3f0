import type { AnalysisMoment, AnyAnalysis, Findings, Inputs, Sources } from '../../modelling/analysis.js';
import { InTurn } from '../../writing/in-turn.js';
import { AnalysisThread } from './analysis-thread.js';

const turns = new InTurn();
const thread = new AnalysisThread();

/** What the analysis finds; in a thread of its own where it says that it takes long, one such at a time. */
export async function findingsOf(analysis: AnyAnalysis, inputs: Inputs<Sources>, moment: AnalysisMoment<object>): Promise<Findings> {
  const { thread: file } = analysis.options;
  if (file === undefined) return analysis.compute(inputs, moment);
  return turns.run('thread', () => thread.ask({ file, name: analysis.name, inputs, moment: { ...moment, parameters: { ...moment.parameters } } }));
}
