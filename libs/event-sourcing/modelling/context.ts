import { readdir } from 'node:fs/promises';
import { Aggregate } from './aggregate.js';
import { isDecision, type Decision } from './command.js';
import { isDomainEvent, type Class } from './domain-event.js';
import { Interpretation } from './interpretation.js';
import { View, type AnyView } from './view.js';

/** A bounded context: what its rooms define. */
export interface Context {
  name: string;
  aggregates: readonly Aggregate[];
  events: readonly Class[];
  decisions: readonly Decision[];
  views: readonly AnyView[];
  /** How its events change what others mean. */
  interpretations?: readonly Interpretation[];
}

const ROOMS = ['domain', 'commands', 'views'];

/**
 * Collects what the files in `domain/`, `commands/` and `views/` beside the caller export, so that a new command,
 * event or view is found without being listed anywhere. `context('customers', import.meta.url)`
 * @param packed the modules of these files, where a build has packed them together with the caller.
 */
export async function context(name: string, here: string, packed?: readonly object[]): Promise<Context> {
  const modules = packed ?? (await modulesBeside(here));
  const all = [...new Set(modules.flatMap((module) => Object.values(module) as unknown[]))];
  return {
    name,
    aggregates: eachNamedOnce(all.filter((value): value is Aggregate => value instanceof Aggregate)),
    events: all.filter(isDomainEvent),
    decisions: all.filter(isDecision),
    views: all.filter((value): value is AnyView => value instanceof View),
    interpretations: all.filter((value): value is Interpretation => value instanceof Interpretation),
  };
}

async function modulesBeside(here: string): Promise<object[]> {
  const modules: object[] = [];
  for (const room of ROOMS) {
    for (const file of await sourceFiles(new URL(`./${room}/`, here))) modules.push((await import(file.href)) as object);
  }
  return modules;
}

async function sourceFiles(folder: URL): Promise<URL[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith('.js') && !name.endsWith('.spec.js'))
    .sort()
    .map((name) => new URL(name, folder));
}

function eachNamedOnce(aggregates: Aggregate[]): Aggregate[] {
  const names = new Set(aggregates.map(({ name }) => name));
  if (names.size !== aggregates.length) throw new Error('Two aggregates have the same name; export each aggregate once.');
  return aggregates;
}
