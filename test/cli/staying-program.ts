import 'reflect-metadata';
import { run } from '../../apps/cli/program.js';
import { type Ended } from './staying-process.js';

// What is written while a command line runs is its answer.
const texts = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr'] as const) {
  process[name].write = (text: string | Uint8Array, ...more: unknown[]): boolean => {
    texts[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
    const written = more.find((each) => typeof each === 'function') as ((error?: Error) => void) | undefined;
    written?.();
    return true;
  };
}

process.on('message', (args: readonly string[]) => {
  void run(args).then((code) => {
    process.send!({ code, ...texts } satisfies Ended);
    Object.assign(texts, { stdout: '', stderr: '' });
  });
});
process.once('disconnect', () => process.exit());
