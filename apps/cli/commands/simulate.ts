import { InvalidArgumentError, type Command } from 'commander';
import { type SimulationSummary } from '#simulation';
import { operator } from '../access/credentials.js';
import { withEngine } from '../access/own-engine.js';
import { invocationOf, type Invocation } from '../invocation.js';
import { catchUpWith } from '../operations/catch-up.js';
import { Failed } from '../terminal/exit.js';
import { progressBar } from '../terminal/progress.js';

interface SimulateOptions {
  seed: number;
  customers: number;
  year: number;
}

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('records an invented year of a company; the same seed gives the same, and run twice it adds nothing')
    .option('--customers <number>', 'how many customers it has', wholeFrom(1, 10_000_000), 200)
    .option('--seed <number>', 'another seed, another year', wholeFrom(0, 1_000_000_000), 1)
    .option('--year <number>', 'the year that is simulated', wholeFrom(1970, 9_000), new Date().getUTCFullYear() - 1)
    .action(async (options: SimulateOptions, command: Command) => run(invocationOf(command), options));
}

async function run({ configuration, output }: Invocation, options: SimulateOptions): Promise<void> {
  // Names of people are much to load, and nobody else needs them.
  const { simulate } = await import('#simulation');
  await withEngine(configuration, 'A simulation', async (engine, signal) => {
    const bar = progressBar('Simulating');
    const summary = await simulate(engine, { ...options, actor: operator(), signal, onProgress: (done, all) => bar.update(done, all, `${done} customers`) }).finally(() => bar.end());
    if (signal.aborted) throw new Failed(`Interrupted after ${summary.customers} customers. Run the same again to go on.`);
    await engine.projector.start();
    await catchUpWith(engine, engine.projector.names());
    await output.answer(summary, () => told(summary));
  });
}

function told({ customers, commands, repeated, events, refused, seconds }: SimulationSummary): string {
  const not = Object.entries(refused).map(([code, count]) => `${count} ${code}`).join(', ');
  return `${customers} customers: ${commands} commands, ${repeated} of them there already, made ${events} events in ${seconds} s${not === '' ? '' : `; refused: ${not}`}.`;
}

function wholeFrom(least: number, most: number) {
  return (text: string): number => {
    const number = Number(text);
    if (!Number.isSafeInteger(number) || number < least || number > most) throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    return number;
  };
}
