import { type AnyView, type Engine } from '#event-sourcing';
import { type CommandSchemas, type Schema } from './command-schemas.js';
import { exampleOf } from './examples.js';
import { type Operation, type PathItem } from './operations.js';
import { type RowSchemas } from './rows.js';

/** What is done to a view rather than asked of it stands once for all. */
const OPERATING = /\/(pause|resume|rebuild|retry)$/;

/** Routes that answer with rows of one view. */
const ROWS_OF: Readonly<Record<string, string>> = { '/customers': 'customers', '/customers/{id}': 'customer_360', '/outbox': 'outbox' };

/** A route for any command or view becomes one for each; others stay as they are. */
export function expanded(path: string, item: PathItem, engine: Engine, { commands, rows }: { commands: CommandSchemas; rows: RowSchemas }): [string, PathItem][] {
  if (path === '/commands/{name}') return commandPaths(item['post']!, engine, commands);
  if (path.startsWith('/analyses/{name}')) return [[path, naming(item, 'name', engine.analyses.all().map(({ name }) => name))]];
  const views = viewsOf(engine);
  const of = views.find(({ name }) => name === ROWS_OF[path]);
  if (!path.startsWith('/views/{view}')) return [[path, of ? ofRows(item, of, rows) : item]];
  if (OPERATING.test(path)) return [[path, naming(item, 'view', views.map(({ name }) => name))]];
  return views.flatMap((view) => viewPaths(path, ofRows(item, view, rows), view));
}

export const viewsOf = ({ projector }: Engine): AnyView[] => projector.names().map((name) => projector.get(name).view);

const ofRows = (item: PathItem, { name }: AnyView, rows: RowSchemas): PathItem =>
  Object.fromEntries(Object.entries(item).map(([method, operation]) => [method, rows.answeredBy(operation, name)]));

function commandPaths(operation: Operation, engine: Engine, commands: CommandSchemas): [string, PathItem][] {
  const decisions = engine.commands.all().toSorted((a, b) => (a.command.name < b.command.name ? -1 : 1));
  const begun = { ...operation.responses['200'], description: 'It is done, and began a new stream: Location says where.' };
  return decisions.map(({ command, aggregate, options }) => {
    const schema = { $ref: `#/components/schemas/${commands.add(command)}` };
    const post = {
      ...closed(operation, 'name'),
      operationId: command.name,
      summary: options.summary ?? `Sends ${command.name}`,
      tags: [`commands on ${aggregate.name}`],
      requestBody: { required: true, content: { 'application/json': { schema, example: exampleOf(schema, commands.schemas) } } },
      responses: { ...operation.responses, 201: begun },
    };
    return [`/commands/${command.name}`, { post }];
  });
}

function viewPaths(path: string, item: PathItem, view: AnyView): [string, PathItem][] {
  const own = path.replace('{view}', view.name);
  if (!path.includes('{report}')) return [[own, described(item, view, view.options.summary ?? view.name)]];
  return [...view.reports].map(([name, { summary }]) => [own.replace('{report}', name), described(item, view, summary, name)]);
}

function described(item: PathItem, { name, options }: AnyView, about: string, report?: string): PathItem {
  const quick = (options.indexes ?? []).map((index) => Object.keys(index).join(', ')).join('; ');
  const of = (operation: Operation): Operation => ({
    ...closed(operation, 'view', 'report'),
    operationId: [operation.operationId, name, ...(report === undefined ? [] : [report])].join('_'),
    description: quick === '' ? about : `${about}\n\nQuick to filter and sort by: ${quick}.`,
    tags: [`view ${name}`],
  });
  return Object.fromEntries(Object.entries(item).map(([method, operation]) => [method, of(operation)]));
}

function naming(item: PathItem, of: string, names: readonly string[]): PathItem {
  const schema = { type: 'string', ...(names.length > 0 && { enum: names }) };
  const named = (parameter: Schema) => (parameter['name'] === of && parameter['in'] === 'path' ? { ...parameter, schema } : parameter);
  return Object.fromEntries(Object.entries(item).map(([method, operation]) => [method, { ...operation, parameters: (operation.parameters ?? []).map(named) }]));
}

/** The operation without path parameters that are no longer open. */
function closed(operation: Operation, ...names: string[]): Operation {
  return { ...operation, parameters: (operation.parameters ?? []).filter(({ name, in: place }) => place !== 'path' || !names.includes(name as string)) };
}
