import { exit } from 'node:process';
import { analysis } from '../../modelling/analysis.js';

class Fate {
  /** What becomes of the thread. */
  end: 'answers' | 'leaves' | 'leaves later' = 'answers';
}

export const fateful = analysis('fateful', { version: 1, summary: 'Ends its thread as it is told.', columns: { number: 'integer' }, parameters: Fate, thread: import.meta.url })
  .reads({})
  .computes((_, { parameters: { end } }) => {
    if (end === 'leaves') exit(0);
    if (end === 'leaves later') setImmediate(() => exit(3));
    return { rows: [{ number: 1 }] };
  });
