import { readdir } from 'node:fs/promises';
import { Aggregate } from './aggregate.js';
import { Analysis, type AnyAnalysis } from './analysis.js';
import { isDecision, type Decision } from './command.js';
import { isDomainEvent, type Class } from './domain-event.js';
import { Interpretation } from './interpretation.js';
import { Process, type AnyProcess } from './process.js';
import { View, type AnyView } from './view.js';

/** A bounded context: what its rooms define. */
export interface Context {
  name: string;
  aggregates: readonly Aggregate[];
  events: readonly Class[];
  decisions: readonly Decision[];
  views: readonly AnyView[];
  /** Questions to its views and to those of others. */
  analyses?: readonly AnyAnalysis[];
  /** How its events change what others mean. */
  interpretations?: readonly Interpretation[];
  /** What happens because something happened. */
  processes?: readonly AnyProcess[];
}

const ROOMS = ['domain', 'commands', 'views', 'analyses', 'processes'];

/**
 * Collects what the files in `domain/`, `commands/`, `views/`, `analyses/` and `processes/` beside the caller export, so that a new
 * command, event, view, analysis or process is found without being listed anywhere. A large context has parts: folders that each
 * have these rooms. `context('customers', import.meta.url)`
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
    analyses: all.filter((value): value is AnyAnalysis => value instanceof Analysis),
    interpretations: all.filter((value): value is Interpretation => value instanceof Interpretation),
    processes: all.filter((value): value is Process => value instanceof Process),
  };
}

async function modulesBeside(here: string): Promise<object[]> {
  const modules: object[] = [];
  for (const room of await roomsIn(new URL('./', here))) {
    for (const file of await sourceFiles(room)) modules.push((await import(file.href)) as object);
  }
  return modules;
}

/** The rooms of the context itself and those of its parts, in the order of their names. */
async function roomsIn(folder: URL): Promise<URL[]> {
  const parts = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory() && !ROOMS.includes(entry.name));
  return ['.', ...parts.map(({ name }) => name).sort()].flatMap((part) => ROOMS.map((room) => new URL(`./${part}/${room}/`, folder)));
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
