import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routesOf } from './routes.js';
import { start, type Started } from './support.js';
import { ticketContext } from './tickets.js';

interface Operation {
  operationId: string;
  parameters: { name: string; in: string; schema: object }[];
  requestBody?: { content: { 'application/json': { schema: { $ref: string }; example: unknown } } };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>;
}

let api: Started;
let document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: object; responses: Record<string, object> } };
let schemaOf: (pointer: string) => ValidateFunction;

beforeAll(async () => {
  api = await start({ contexts: [ticketContext] });
  document = (await api.get('/openapi.json')).body as typeof document;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'document');
  schemaOf = (pointer) => ajv.getSchema(`document#${pointer}`)!;
});
afterAll(() => api.close(), 30_000);

const escaped = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');
const operations = () => Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })));

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect([valid, document.openapi]).toEqual([true, '3.1.0']);
  });

  it('names every route of the application, and no other', () => {
    const described = operations().map(({ path, method }) => `${method} ${path}`);
    const real = routesOf(api).map((route) => route.replace(/^\S+/, (method) => method.toLowerCase()));
    const left = real.filter((route) => !described.some((each) => fits(each, route)));
    expect(left.filter((route) => !['get /', 'get /docs/:file', 'get /outbox.html/page.js'].includes(route))).toEqual([]);
    expect(described.filter((each) => !real.some((route) => fits(each, route)))).toEqual([]);
  });

  it('gives each operation an id of its own, an answer and its errors', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations()) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '500', '503']));
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true);
    }
  });

  it('names every format that a route answers in', () => {
    const formats = (path: string) => Object.keys(document.paths[path]!['get']!.responses['200']!.content!).sort();
    expect(formats('/audit/history/{customerId}')).toEqual(['application/json', 'application/x-ndjson', 'text/csv', 'text/html']);
    expect(formats('/analyses/{name}')).toEqual(['application/json', 'application/vnd.apache.parquet', 'application/x-ndjson', 'text/csv', 'text/event-stream']);
    expect(Object.keys(document.paths['/audit/history/{customerId}']!['get']!.responses)).toContain('404');
  });

  it('has nothing that points nowhere', () => {
    const missing = [...JSON.stringify(document).matchAll(/"\$ref":"#(\/[^"]+)"/g)].map(([, pointer]) => pointer!).filter((pointer) => valueAt(pointer) === undefined);
    expect(missing).toEqual([]);
  });

  it('describes a command by its class, nested classes too', () => {
    expect(schemaOf('/components/schemas/OpenTicket').schema).toMatchObject({
      type: 'object', additionalProperties: false, required: ['ticketId', 'title', 'priority'],
      properties: {
        title: { type: 'string', minLength: 1, maxLength: 100 }, priority: { enum: ['low', 'high'] },
        tags: { type: ['array', 'null'], maxItems: 5, items: { $ref: '#/components/schemas/TagFields' } }, budget: { anyOf: [{ $ref: '#/components/schemas/Money' }, { type: 'null' }] },
      },
    });
  });

  it('says of text what it may be, as the rule does', () => {
    const takes = (title: unknown, tags?: unknown) => schemaOf('/components/schemas/OpenTicket')({ ticketId: 'a', title, priority: 'low', ...(tags !== undefined && { tags }) });
    expect(['a', ' 李\n', 'a b'].map((title) => takes(title))).toEqual([true, true, true]);
    expect(['', ' ', 'a\u0000', '\u001b', null].map((title) => takes(title))).toEqual([false, false, false, false, false]);
    expect([takes('a', null), takes('a', [null]), takes('a', [])]).toEqual([true, false, true]);
  });

  it('shows for each command an example that its schema allows and that the command accepts', async () => {
    const commands = operations().filter(({ path }) => path.startsWith('/commands/'));
    expect(commands.map(({ path }) => path).filter((path) => path.includes('Ticket'))).toEqual(['/commands/BreakTicket', '/commands/FillTicket', '/commands/OpenTicket', '/commands/RenameTicket']);
    for (const { path, operation } of commands) {
      const { schema, example } = operation.requestBody!.content['application/json'];
      const validate = schemaOf(schema.$ref.slice(1));
      expect([path, validate(example), validate.errors]).toEqual([path, true, null]);
      expect((await api.post(path, example)).status).not.toBe(400);
    }
  });

  it('is what the routes really answer with', async () => {
    const { body: sent } = await api.send('OpenTicket', { ticketId: 'real', title: 'x', priority: 'low' });
    const answers: [string, string, string, unknown?][] = [
      ['/commands', 'get', '/commands'], ['/commands/RenameTicket', 'post', '/commands/RenameTicket', { ticketId: 'real', title: 'y' }],
      ['/views', 'get', '/views'], ['/views/tickets', 'get', `/views/tickets?total=true&limit=1&after=${sent.position as number}`], ['/views/tickets/{key}', 'get', '/views/tickets/real'],
      ['/views/tickets/reports/by_priority', 'get', '/views/tickets/reports/by_priority'], ['/views/tickets/aggregate', 'post', '/views/tickets/aggregate', [{ $limit: 1 }]],
      ['/views/{view}/pause', 'post', '/views/tickets/pause'], ['/views/{view}/resume', 'post', '/views/tickets/resume'], ['/views/{view}/rebuild', 'post', '/views/ticket_ages/rebuild'],
      ['/views/{view}/dead-letters/retry', 'post', '/views/fragile/dead-letters/retry'],
      ['/aggregates', 'get', '/aggregates'], ['/aggregates/{type}/{id}', 'get', '/aggregates/ticket/real'], ['/aggregates/{type}/{id}/history', 'get', '/aggregates/ticket/real/history?limit=1'],
      ['/events', 'get', '/events?limit=1'], ['/status', 'get', '/status'], ['/dead-letters', 'get', '/dead-letters'], ['/health/live', 'get', '/health/live'], ['/health/ready', 'get', '/health/ready'],
      ['/audit/heads', 'post', '/audit/heads'], ['/audit/head', 'get', '/audit/head'], ['/audit/heads', 'get', '/audit/heads'], ['/audit/events/{event}', 'get', '/audit/events/1'], ['/audit/consistency', 'get', '/audit/consistency?from=1&to=1'],
      ['/access/me', 'get', '/access/me'], ['/access/who-could-see/{customer}', 'get', '/access/who-could-see/real?asOf=2026-01-01'], ['/access/who-saw/{customer}', 'get', '/access/who-saw/real'],
      ['/audit/history/{customerId}', 'get', '/audit/history/real'],
      ['/cube', 'get', '/cube'],
      ['/analyses', 'get', '/analyses'],
      ['/problems', 'get', '/problems'], ['/problems/{type}', 'get', '/problems/not-found'],
    ];
    for (const [path, method, address, content] of answers) {
      const { status, body } = method === 'get' ? await api.get(address) : await api.post(address, content);
      const validate = schemaOf(`/paths/${escaped(path)}/${method}/responses/${status}/content/${escaped('application/json')}/schema`);
      expect([address, validate(body), validate.errors]).toEqual([address, true, null]);
    }
  });

  it('describes problems as they are', async () => {
    const validate = schemaOf('/components/schemas/Problem');
    expect([validate((await api.send('OpenTicket', {})).body), validate.errors]).toEqual([true, null]);
  });
});

describe('the page to try it', () => {
  it('loads everything from here', async () => {
    const { headers, body } = await api.get('/docs');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(body).not.toMatch(/https?:\/\//);
    const files = [...(body as string).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
    expect(files).toHaveLength(4);
    for (const file of files) expect([file, (await api.get(file)).status]).toEqual([file, 200]);
  });

  it('is where the root leads', async () => {
    const { status, headers } = await api.get('/');
    expect([status, headers['location']]).toEqual([302, '/docs']);
    expect((await api.get('/docs/package.json')).status).toBe(404);
    expect((await api.get('/docs/..%2Fpackage.json')).status).toBe(404);
  });
});

/** `get /views/tickets/{key}` describes the route `get /views/:view/:key`. */
function fits(described: string, route: string): boolean {
  const [one, other] = [described.split('/'), route.split('/')];
  return one.length === other.length && other.every((part, index) => (part.startsWith(':') ? one[index] !== '' : part === one[index]));
}

function valueAt(pointer: string): unknown {
  return pointer.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document);
}
