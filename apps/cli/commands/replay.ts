import { type Command } from 'commander';
import { contexts } from '#composition';
import { type Aggregate } from '#event-sourcing';
import { type Access } from '../access/access.js';
import { openFolder } from '../access/open-access.js';
import { invocationOf, names, wholeNumber, withAccess, type Invocation } from '../invocation.js';
import { catchUpWith } from '../operations/catch-up.js';
import { History, type Step } from '../operations/history.js';
import { verifyView, type Verification } from '../operations/verify-view.js';
import { Failed, WrongUsage } from '../terminal/exit.js';
import { Lines, table, textOf } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';

interface ReplayOptions {
  to?: number;
  verify?: boolean;
  views?: string[];
}

export function addReplay(program: Command): void {
  program
    .command('replay')
    .description('the state of an aggregate after each of its events; or all views folded anew and compared with what is stored')
    .argument('[aggregate]', 'kind of the aggregate, such as customer')
    .argument('[id]', 'its id')
    .option('--to <revision>', 'up to this revision', wholeNumber(0))
    .option('--verify', 'fold all views from the first event on, in memory, and compare every document')
    .option('--views <names>', 'with --verify: only these views, with commas', names)
    .action(async (aggregate: string | undefined, id: string | undefined, options: ReplayOptions, command: Command) => {
      const invocation = invocationOf(command);
      if (options.verify) {
        if (aggregate !== undefined || options.to !== undefined) throw new WrongUsage('--verify is about views; leave out the aggregate and --to.');
        return verify(invocation, options.views);
      }
      if (aggregate === undefined || id === undefined || options.views) throw new WrongUsage('Name an aggregate and its id, such as customer 42; or give --verify, with or without --views.');
      return withAccess(invocation.configuration, (access) => replay(access, invocation, find(aggregate), id, options.to));
    });
}

function find(name: string): Aggregate {
  const aggregates = contexts.flatMap((context) => context.aggregates);
  const found = aggregates.find((aggregate) => aggregate.name === name);
  if (!found) throw new WrongUsage(`There is no kind of aggregate "${name}". Kinds: ${aggregates.map((aggregate) => aggregate.name).join(', ')}.`);
  return found;
}

async function replay(access: Access, { output }: Invocation, aggregate: Aggregate, id: string, to = Number.MAX_SAFE_INTEGER - 1): Promise<void> {
  const history = new History(aggregate);
  let count = 0;
  await output.answers(steps(), stepsTable);
  if (count === 0) throw new Failed(`There is no ${aggregate.name} "${id}": it has no events.`);

  async function* steps(): AsyncIterable<Step[]> {
    for await (const events of access.stream(aggregate.name, id, { direction: 'forwards', limit: to + 1 })) {
      count += events.length;
      yield events.map((event) => history.next(event));
    }
  }
}

function stepsTable(steps: readonly Step[]): string {
  const changesOf = ({ changes }: Step) => new Lines(changes.filter(tells).map(({ path, before, after }) => {
    const name = path === '' ? 'state' : path;
    if (before === undefined) return `${name}: ${textOf(after)}`;
    return `${name}: ${textOf(before)} → ${after === undefined ? '(none)' : textOf(after)}`;
  }));
  return table(['revision', 'occurred', 'recorded', 'type', 'by', 'what changed'], steps.map((step) => [
    step.revision, step.occurredAt, step.recordedAt, step.type, step.actor, changesOf(step),
  ]));
}

/** A list or an object that comes to be with nothing in it tells nothing. */
const tells = ({ before, after }: Step['changes'][number]) => before !== undefined || typeof after !== 'object' || after === null || Object.keys(after).length > 0;

async function verify({ configuration, output }: Invocation, only: string[] | undefined): Promise<void> {
  const access = await openFolder(configuration);
  try {
    const { engine } = access;
    const views = only ?? engine.projector.names();
    for (const view of views) engine.projector.get(view);
    await catchUpWith(engine, views);
    const results: Verification[] = [];
    for (const view of views) {
      const bar = progressBar(`Verifying ${view}`);
      results.push(await verifyView(engine, view, (done, total) => bar.update(done, total)).finally(() => bar.end()));
    }
    await output.answer(results, () => table(['view', 'documents', 'different', 'missing', 'surplus', 'which'], results.map((result) => [
      result.view, result.documents, result.different.length, result.missing.length, result.surplus.length, differing(result).slice(0, 5).join(', '),
    ])));
    const wrong = results.filter((result) => differing(result).length > 0);
    if (wrong.length > 0) throw new Failed(`${wrong.map(({ view }) => view).join(', ')} differ from their events. guanxi rebuild makes them anew.`);
  } finally {
    await access.close();
  }
}

const differing = ({ different, missing, surplus }: Verification) => [...different, ...missing, ...surplus];
