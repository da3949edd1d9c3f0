import { Injectable } from '@nestjs/common';
import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { type Engine, type ViewOptions } from '#event-sourcing';
import { addressOf, PROBLEMS, type ProblemType } from '#http';
import { ANSWER_OF, ANSWERS, MEDIA_OF } from './answers.js';
import { CommandSchemas, type Schema } from './command-schemas.js';
import { exampleOf } from './examples.js';
import { CORRELATION_ID, PARAMETERS_OF, PIPELINE_BODY } from './parameters.js';

type Operation = Schema & { operationId: string; summary?: string; description?: string; parameters?: Schema[]; responses: Record<string, Schema>; tags?: string[] };
type PathItem = Record<string, Operation>;

const ABOUT = `Commands change customers, views show them, and the log keeps everything that happened.

- **Commands** are answered once their events are stored. Send an \`Idempotency-Key\`, and a repeated command happens once.
- **Views** follow the log. Give the \`position\` of a command's answer as \`after\`, and the view's answer includes it.
- **Errors** are problem+json (RFC 9457): \`detail\` says what to change, \`type\` is an address that explains the kind.`;

/** This API as OpenAPI 3.1: routes from the controllers, commands and their schemas from their classes, views from their definitions. */
@Injectable()
export class ApiDocument {
  private json = '';

  /** The document as JSON. */
  get text(): string {
    return this.json;
  }

  describe(app: INestApplication, engine: Engine, version: string): void {
    const config = new DocumentBuilder().setOpenAPIVersion('3.1.0').setTitle('Guanxi').setDescription(ABOUT).setVersion(version).setLicense('MIT', 'https://spdx.org/licenses/MIT.html').addServer('/').build();
    const base = SwaggerModule.createDocument(app, config, { operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}` });
    const commands = new CommandSchemas(Object.keys(ANSWERS));
    const paths: Record<string, PathItem> = {};
    for (const [path, item] of Object.entries(base.paths as unknown as Record<string, PathItem>)) {
      const described = Object.fromEntries(Object.entries(item).map(([method, operation]) => [method, completed(operation)]));
      Object.assign(paths, expanded(path, described, engine, commands));
    }
    const schemas = { ...ANSWERS, ...commands.schemas };
    const document = { ...base, paths, components: { ...base.components, schemas, responses: problemResponses() } };
    this.json = JSON.stringify(document);
  }
}

function completed(operation: Operation): Operation {
  const id = operation.operationId;
  const success = Object.keys(operation.responses).find((status) => status.startsWith('2')) ?? '200';
  const content = MEDIA_OF[id] === undefined ? { 'application/json': { schema: { $ref: `#/components/schemas/${ANSWER_OF[id]}` } } } : { [MEDIA_OF[id]]: { schema: {} } };
  const body = id === 'Views_aggregate' ? { requestBody: PIPELINE_BODY } : {};
  return {
    ...operation, ...body,
    parameters: [...(operation.parameters ?? []).filter(({ name }) => name !== undefined), ...(PARAMETERS_OF[id] ?? []), CORRELATION_ID],
    responses: { [success]: { description: 'It is done, or here it is.', headers: headersOf(id), content }, ...problemsOf(id) },
  };
}

function headersOf(id: string): Schema {
  const integer = { schema: { type: 'integer' } };
  const common = { 'X-Correlation-Id': { schema: { type: 'string' } } };
  if (id === 'Commands_send' || id === 'Aggregates_state') return { ...common, ETag: { description: 'Revision of the stream.', schema: { type: 'string' } }, 'X-Position': integer };
  return id.startsWith('Views_') || id.startsWith('Customers_') ? { ...common, 'X-Position': { description: 'The view held all events up to here.', ...integer } } : common;
}

/** The statuses that a route can answer with besides success. */
function problemsOf(id: string): Record<string, Schema> {
  const always = [400, 414, 431, 500, 503];
  const missing = /_(send|row|report|list|aggregate|pause|resume|rebuild|retry|one|state|history|problem|search|deadLetters)$/.test(id) && id !== 'Commands_list' ? [404] : [];
  const writing = id === 'Commands_send' ? [409, 413, 415, 422] : [];
  const asking = /^(Views_(list|row|report|aggregate)|Customers_)/.test(id) ? [412, 422] : [];
  const operating = /^Views_(pause|resume|rebuild|retry)$/.test(id) ? [409] : [];
  const aggregating = id === 'Views_aggregate' ? [413, 415] : [];
  const statuses = new Set([...always, ...missing, ...writing, ...asking, ...operating, ...aggregating, ...(id === 'Events_follow' ? [429] : [])]);
  return Object.fromEntries([...statuses].sort().map((status) => [String(status), { $ref: `#/components/responses/Problem${status}` }]));
}

/** One response for each status, with an example for each kind of problem that has it. */
function problemResponses(): Record<string, Schema> {
  const byStatus = new Map<number, ProblemType[]>();
  for (const [type, { status }] of Object.entries(PROBLEMS)) byStatus.set(status, [...(byStatus.get(status) ?? []), type as ProblemType]);
  return Object.fromEntries([...byStatus].map(([status, types]) => [`Problem${status}`, {
    description: types.map((type) => `${PROBLEMS[type].title}. ${PROBLEMS[type].remedy}`).join('\n\n'),
    headers: { 'X-Correlation-Id': { schema: { type: 'string' } }, ...([409, 412, 429, 503].includes(status) && { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } }) },
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, examples: Object.fromEntries(types.map((type) => [type, { value: problemExample(type) }])) } },
  }]));
}

function problemExample(type: ProblemType): Schema {
  const { status, title, remedy } = PROBLEMS[type];
  const fields = type === 'invalid-command' ? { fields: [{ field: 'name', messages: ['name must be text that is not blank and has no control characters'] }] } : {};
  return { type: addressOf(type), title, status, detail: remedy, instance: '/commands/RegisterCustomer', correlationId: '0199c5a2-7c1e-7d3a-9f0e-3a5b6c7d8e9f', ...fields };
}

/** A route for any command or view becomes one for each. */
function expanded(path: string, item: PathItem, engine: Engine, commands: CommandSchemas): Record<string, PathItem> {
  if (path === '/commands/{name}') return commandPaths(item, engine, commands);
  if (!path.startsWith('/views/{view}')) return { [path]: item };
  const views = engine.projector.names().map((name) => engine.projector.get(name).view);
  if (OPERATING.test(path)) return { [path]: naming(item, views.map(({ name }) => name)) };
  const paths = views.flatMap(({ name, options, reports }) => (path.includes('{report}')
    ? [...reports].map(([report, { summary }]) => [path.replace('{view}', name).replace('{report}', report), forView(item, name, `${report}: ${summary}`, options, report)])
    : [[path.replace('{view}', name), forView(item, name, `${name}: ${options.summary ?? ''}`, options)]]));
  return Object.fromEntries(paths);
}

function commandPaths(item: PathItem, engine: Engine, commands: CommandSchemas): Record<string, PathItem> {
  const decisions = engine.commands.all().toSorted((a, b) => (a.command.name < b.command.name ? -1 : 1));
  return Object.fromEntries(decisions.map(({ command, aggregate, options }) => {
    const schema = { $ref: `#/components/schemas/${commands.add(command)}` };
    const operation = item['post']!;
    const responses = { ...operation.responses, 201: { ...operation.responses['200'], description: 'It is done, and began a new stream: Location says where.' } };
    const requestBody = { required: true, content: { 'application/json': { schema, example: exampleOf(schema, commands.schemas) } } };
    const described = { ...without(operation, 'name'), operationId: command.name, summary: options.summary ?? operation.summary, tags: [`commands on ${aggregate.name}`], requestBody, responses };
    return [`/commands/${command.name}`, { post: described }];
  }));
}

function forView(item: PathItem, view: string, about: string, { indexes = [] }: ViewOptions, report?: string): PathItem {
  const quick = indexes.map((index) => Object.keys(index).join(', ')).join('; ');
  return Object.fromEntries(Object.entries(item).map(([method, operation]) => [method, {
    ...without(operation, 'view', ...(report === undefined ? [] : ['report'])),
    operationId: [operation.operationId, view, ...(report === undefined ? [] : [report])].join('_'),
    description: [about, ...(quick === '' ? [] : [`Quick to filter and sort by: ${quick}.`])].join('\n\n'),
    tags: [`view ${view}`],
  }]));
}

/** What is done to a view rather than asked of it stands once for all. */
const OPERATING = /\/(pause|resume|rebuild|retry)$/;

function naming(item: PathItem, views: readonly string[]): PathItem {
  const named = (parameter: Schema) => (parameter['name'] === 'view' ? { ...parameter, schema: { type: 'string', enum: views } } : parameter);
  return Object.fromEntries(Object.entries(item).map(([method, operation]) => [method, { ...operation, parameters: (operation.parameters ?? []).map(named) }]));
}

/** The operation without path parameters that are no longer open. */
function without(operation: Operation, ...names: string[]): Operation {
  return { ...operation, parameters: (operation.parameters ?? []).filter(({ name, in: place }) => place !== 'path' || !names.includes(name as string)) };
}
