import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { START_ROLES, type Area } from '#access';
import { contexts } from '#composition';
import { identity, type Identity } from './identities.js';
import { routesOf } from './routes.js';
import { start, type Started } from './support.js';

const ROLES = Object.keys(START_ROLES);
const POLICY = { command: 'PublishLoyaltyPolicy', loyaltypolicyId: 'default', rules: { currency: 'EUR', scores: 3, frequency: 'purchases', method: 'quantiles' } };
const PUBLIC = ['GET /', 'GET /docs', 'GET /docs/:file', 'GET /outbox.html', 'GET /outbox.html/page.js', 'GET /openapi.json', 'GET /health/live', 'GET /health/ready'];

/** What each route needs, as the pages say; that of commands and views is looked at one by one. */
const NEEDS: Readonly<Record<string, Area | 'known' | 'engine'>> = {
  'GET /commands': 'known', 'GET /views': 'known', 'GET /aggregates': 'known', 'GET /problems': 'known', 'GET /problems/:type': 'known', 'GET /access/me': 'known', 'GET /analyses': 'known',
  'POST /commands/:name': 'engine', 'GET /views/:view': 'engine', 'GET /views/:view/:key': 'engine', 'GET /views/:view/reports/:report': 'engine', 'POST /views/:view/aggregate': 'engine',
  'GET /warehouse': 'engine', 'POST /warehouse/query': 'engine', 'GET /warehouse/why/:table/:key': 'engine', 'POST /warehouse/rebuild': 'operations', 'GET /cube': 'known', 'POST /cube/query': 'engine', 'GET /cube/marts/:mart': 'engine',
  'GET /analyses/:name': 'engine', 'GET /analyses/:name/series': 'engine', 'GET /analyses/:name/rows/:key': 'engine',
  'GET /changes/:view': 'engine', 'GET /changes/:view/:key': 'engine', 'POST /what-if/:view': 'engine', 'POST /duplicates/searches': 'engine', 'GET /customers': 'engine', 'GET /customers/:id': 'engine', 'GET /customers/:id/price': 'engine',
  'GET /aggregates/:type/:id': 'history', 'GET /aggregates/:type/:id/history': 'history', 'GET /events': 'log', 'GET /events/live': 'log',
  'GET /audit/head': 'audit', 'POST /audit/heads': 'audit', 'GET /audit/heads': 'audit', 'GET /audit/events/:event': 'audit', 'GET /audit/consistency': 'audit', 'GET /audit/bundle': 'audit', 'GET /audit/history/:customerId': 'audit',
  'POST /privacy/erasures': 'privacy', 'GET /privacy/subjects/:subject/export': 'privacy', 'POST /privacy/rotations': 'privacy',
  'GET /access/who-saw/:customer': 'access', 'GET /access/who-could-see/:customer': 'access',
  'GET /processes': 'status', 'GET /processes/deadlines': 'status', 'GET /processes/attention': 'status', 'POST /processes/:process/:instance/retry': 'operations',
  'POST /processes/:process/pause': 'operations', 'POST /processes/:process/resume': 'operations',
  'GET /outbox': 'engine', 'GET /outbox/:message': 'history',
  'GET /status': 'status', 'GET /metrics': 'status', 'GET /dead-letters': 'status',
  'POST /views/:view/pause': 'operations', 'POST /views/:view/resume': 'operations', 'POST /views/:view/rebuild': 'operations', 'POST /views/:view/dead-letters/retry': 'operations',
};

let api: Started;
let routes: string[];
const holders = new Map<string, Identity>();

beforeAll(async () => {
  api = await start({ contexts });
  routes = routesOf(api);
  for (const role of ROLES) holders.set(role, await identity(api, [role]));
}, 60_000);
afterAll(() => api.close(), 30_000);

/** What the route answers to an address that fits it and finds nothing. */
async function statusOf(route: string, headers: Record<string, string>): Promise<[number, string | undefined]> {
  const [method, path] = route.split(' ') as [string, string];
  const address = path.replace(':view', 'customers').replace(':type', 'customer').replace(/:\w+/g, 'nothing');
  const ending = new AbortController();
  const response = await fetch(api.url + address, { method, headers: { ...headers, 'content-type': 'application/json' }, redirect: 'manual', signal: ending.signal, ...(method === 'POST' && { body: '[]' }) });
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  const code = isProblem ? ((await response.json()) as { code?: string }).code : undefined;
  ending.abort();
  return [response.status, code];
}

describe('every route', () => {
  it('has a rule, which this table has too', () => {
    expect([...routes].sort()).toEqual([...PUBLIC, ...Object.keys(NEEDS)].sort());
  });

  it('is refused without a key, but the few that are public', async () => {
    for (const route of routes) {
      const [status] = await statusOf(route, {});
      expect([route, status === 401]).toEqual([route, !PUBLIC.includes(route)]);
    }
  });

  it.each(ROLES)('lets a holder of the role %s in, or does not, as the role says', async (role) => {
    const { headers } = holders.get(role)!;
    for (const route of Object.keys(NEEDS)) {
      const need = NEEDS[route]!;
      if (need === 'engine') continue;
      const [status, code] = await statusOf(route, headers);
      const isAllowed = need === 'known' || START_ROLES[role]!.areas.includes(need);
      expect([route, code === 'area-not-allowed' && status === 403]).toEqual([route, !isAllowed]);
      expect([route, code]).not.toEqual([route, 'route-without-rule']);
      expect([route, status]).not.toEqual([route, 401]);
    }
  });
});

describe('every command', () => {
  it('says in its code who may send it, by names of roles that there are', () => {
    for (const { command, options } of api.engine.commands.all()) {
      expect([command.name, options.allow]).toEqual([command.name, expect.any(Array)]);
      for (const role of options.allow!) expect([command.name, ROLES]).toEqual([command.name, expect.arrayContaining([role])]);
    }
  });

  it.each(ROLES)('is taken from a holder of the role %s, or refused, as its code says', async (role) => {
    const holder = holders.get(role)!;
    for (const { command, options } of api.engine.commands.all()) {
      const { status, body } = await holder.send(command.name, {});
      const isAllowed = role === 'administrator' || options.allow!.includes(role);
      expect([command.name, status, body.code]).toEqual(isAllowed ? [command.name, 400, undefined] : [command.name, 403, 'command-not-allowed']);
    }
    expect((await holder.post('/duplicates/searches')).status).toBe(['administrator', 'manager'].includes(role) ? 200 : 403);
    const listed = (await holder.get('/commands')).body.commands as { name: string }[];
    expect(listed).toHaveLength(api.engine.commands.all().filter(({ options }) => role === 'administrator' || options.allow!.includes(role)).length);
  });

  it.each(['auditor', 'analyst', 'developer'])('is refused to a %s, who changes nothing', async (role) => {
    expect((await holders.get(role)!.get('/commands')).body.commands).toEqual([]);
  });
});

describe('every view', () => {
  it('says in its code who may read it, which of its fields are personal, and which record its rows belong to', () => {
    for (const name of api.engine.projector.names()) {
      const { allow, personal, record, sensitive } = api.engine.projector.get(name).view.options;
      expect([name, allow, personal, record]).toEqual([name, expect.any(Array), expect.any(Array), record === null ? null : expect.any(String)]);
      for (const role of allow!) expect([name, ROLES]).toEqual([name, expect.arrayContaining([role])]);
      if (sensitive) expect([name, personal!.length > 0 && record !== null]).toEqual([name, true]);
    }
  });

  it.each(ROLES)('answers a holder of the role %s, or refuses, as its code says: rows, lists, reports, pipelines, changes, the past', async (role) => {
    const holder = holders.get(role)!;
    for (const name of api.engine.projector.names()) {
      const { options, reports } = api.engine.projector.get(name).view;
      const isAllowed = ['administrator', 'auditor'].includes(role) || options.allow!.includes(role);
      const report = [...reports.keys()][0];
      const answers = [
        await holder.get(`/views/${name}?limit=1&total=true`), await holder.get(`/views/${name}/nothing`), await holder.post(`/views/${name}/aggregate`, [{ $count: 'n' }]),
        await holder.get(`/views/${name}?asOf=2026-01-01`), await holder.get(`/changes/${name}?from=2026-01-01`), await holder.get(`/changes/${name}/nothing?from=2026-01-01`), await holder.post(`/what-if/${name}`, POLICY),
        ...(report === undefined ? [] : [await holder.get(`/views/${name}/reports/${report}`)]),
      ];
      for (const { status, body } of answers) expect([name, isAllowed || body.code === 'view-not-allowed', status === 403]).toEqual([name, true, !isAllowed]);
    }
  }, 60_000);
});
