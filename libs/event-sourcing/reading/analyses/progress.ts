import { clearInterval, setInterval } from 'node:timers';
import { setImmediate } from 'node:timers/promises';
import type { ReplayProgress } from '../moments/moment-collections.js';

/** How far an answer is: history is replayed, the analysis computes, events are left out to explain a row. */
export type AnalysisProgress = ReplayProgress | { computing: string; seconds: number } | { explaining: string; done: number; of: number };

const EVERY_MS = 1_000;

/** So much done, of so much, and words for people. */
export function stepOf(progress: AnalysisProgress): [done: number, total: number, text: string] {
  if ('view' in progress) return [progress.position, progress.head, progress.view];
  if ('explaining' in progress) return [progress.done, progress.of, `explaining, ${progress.done} of ${progress.of}`];
  return [1, 1, `computing ${progress.computing}${progress.seconds > 0 ? ` for ${progress.seconds} s` : ''}`];
}

/** Tells every second for how long something is being computed. */
export async function tellingSeconds<T>(computing: string, tell: ((progress: AnalysisProgress) => void) | undefined, task: () => Promise<T>): Promise<T> {
  if (!tell) return task();
  let seconds = 0;
  tell({ computing, seconds });
  // What computes in this very thread lets nobody speak meanwhile.
  await setImmediate();
  const telling = setInterval(() => tell({ computing, seconds: ++seconds }), EVERY_MS);
  return task().finally(() => clearInterval(telling));
}
