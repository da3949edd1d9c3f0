import { plainToInstance } from 'class-transformer';
import { Rejection, withContext, type Engine } from '#event-sourcing';
import { companyOf, companySteps } from './company.js';
import { customerSteps } from './customer.js';
import { type Step } from './step.js';

export interface SimulationOptions {
  seed: number;
  customers: number;
  /** The year that is simulated. */
  year: number;
  /** Who simulates. Default `simulation`. */
  actor?: string;
  /** Customers whose year goes on at the same time. Default 64. */
  inFlight?: number;
  /** Ends after the commands that are under way; run again it goes on. */
  signal?: AbortSignal;
  onProgress?: (customersDone: number, customers: number) => void;
}

export interface SimulationSummary {
  customers: number;
  /** Commands that were sent, and how many of them had been before. */
  commands: number;
  repeated: number;
  events: number;
  /** Commands that the rules refused, by code; none, unless the rules were changed. */
  refused: Record<string, number>;
  seconds: number;
}

/**
 * A year of a company: who sells, who buys, what is said, quoted, ordered, shipped, paid, dunned and complained about.
 * The same seed, year and number of customers give the same; run twice, it adds nothing. What it records is history, on
 * which no process acts, as that of an import is.
 */
export async function simulate(engine: Engine, options: SimulationOptions): Promise<SimulationSummary> {
  const started = performance.now();
  const { seed, customers, year, inFlight = 64, signal, onProgress } = options;
  const run = new Run(engine, options);
  const [begins, ends] = [new Date(Date.UTC(year, 0, 1)), new Date(Date.UTC(year + 1, 0, 1))];
  const company = companyOf(`s${seed}-${year}-${customers}-`, customers);
  await run.all('company', companySteps(company, seed, begins));
  let next = 1;
  let done = 0;
  const lane = async () => {
    while (next <= customers && !signal?.aborted) {
      const number = next++;
      await run.all(`customer-${number}`, customerSteps(company, seed, number, begins, ends));
      done++;
      onProgress?.(done, customers);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, customers) }, lane));
  return { customers: done, ...run.counts, seconds: Math.round(performance.now() - started) / 1_000 };
}

class Run {
  readonly counts = { commands: 0, repeated: 0, events: 0, refused: {} as Record<string, number> };
  private readonly story: string;

  constructor(private readonly engine: Engine, private readonly options: SimulationOptions) {
    const { seed, customers, year } = options;
    this.story = `simulation/${seed}/${year}/${customers}`;
  }

  /** One after the other. Each command has an id of its own that is always the same. */
  async all(of: string, steps: readonly Step[]): Promise<void> {
    for (const [index, step] of steps.entries()) await this.send(step, `${this.story}/${of}/${index}`);
  }

  private async send({ command, fields, at }: Step, commandId: string): Promise<void> {
    const type = this.engine.commands.byName(command)!.command as new () => object;
    const made = plainToInstance(type, { ...fields, occurredAt: at.toISOString() });
    this.counts.commands++;
    try {
      const { events, repeated } = await this.engine.commands.execute(withContext(made, { commandId, correlationId: this.story, actor: this.options.actor ?? 'simulation', source: 'import:simulation' }));
      this.counts.events += repeated ? 0 : events;
      this.counts.repeated += Number(repeated);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      this.counts.refused[error.code] = (this.counts.refused[error.code] ?? 0) + 1;
    }
  }
}
