import { setImmediate } from 'node:timers/promises';
import type { AnalysisMoment, AnyAnalysis, Findings, Inputs, Sources } from '../../modelling/analysis.js';
import { InTurn } from '../../writing/in-turn.js';
import { AnalysisThread } from './analysis-thread.js';
import { withChanges, type Changes } from './instead-rows.js';

const turns = new InTurn();
const thread = new AnalysisThread();

/** What is asked of an analysis beside its inputs and its moment. */
export interface Asking {
  /** Rows that are others than those of the inputs. */
  changes?: Changes;
  /** Only rows of this record are wanted, and nothing beside rows. */
  record?: string;
}

/** What the analysis finds; in a thread of its own where it says that it takes long, one such at a time. */
export async function findingsOf(analysis: AnyAnalysis, inputs: Inputs<Sources>, moment: AnalysisMoment<object>, { changes = {}, record }: Asking = {}): Promise<Findings> {
  const { thread: file, record: column } = analysis.options;
  const at = { ...moment, ...(record !== undefined && { only: record }) };
  if (file === undefined) {
    // Whoever asks again and again lets others have their turn.
    await setImmediate();
    return analysis.compute(withChanges(inputs, changes), at);
  }
  const only = record !== undefined && typeof column === 'string' ? { column, record } : undefined;
  return turns.run('thread', () => thread.ask(inputs, { file, name: analysis.name, changes, only, moment: { ...at, parameters: { ...moment.parameters } } }));
}
