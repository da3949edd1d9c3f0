import { Validator } from '@seriousme/openapi-schema-validator';
import { CommandBus } from '@nestjs/cqrs';
import fc from 'fast-check';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asSystem } from '#access';
import { contexts, publishDefaultPolicies } from '#composition';
import { createFirstData, wantsFirstData } from '../../apps/api/first-data/index.js';
import { TRIES } from '../../apps/api/greeting.js';
import { EventStream } from './event-stream.js';
import { start, type Started } from './support.js';

let api: Started;
let filled: number;
const NOW = new Date();

beforeAll(async () => {
  api = await start({ contexts });
  await asSystem(() => publishDefaultPolicies(api.engine));
  await api.engine.processes.start();
  await createFirstData(api.app.get(CommandBus), api.engine, NOW);
  await api.engine.processes.settled();
  filled = await api.engine.events.head();
}, 60_000);
afterAll(() => api.close(), 30_000);

describe('the first data', () => {
  it('gives every view something to show', async () => {
    // Users, readings, refusals, imports and erasures come with use alone.
    const withUse = ['users', 'sightings', 'denials', 'import_batches', 'erasure_certificates'];
    const empty: string[] = [];
    for (const view of api.engine.projector.names().filter((name) => !withUse.includes(name))) {
      const { body } = await api.get(`/views/${view}?after=${filled}&total=true&limit=1`);
      if (!(body.total > 0)) empty.push(view);
    }
    expect(empty).toEqual([]);
  });

  it('has rows of the fields that the description of the API names, and of their kinds', async () => {
    const { body: document } = (await api.get('/openapi.json')) as { body: { components: { schemas: Record<string, { properties: object }> } } };
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    ajv.addSchema(document, 'document');
    const described: string[] = [];
    for (const { name } of api.engine.projector.names().map((view) => api.engine.projector.get(view).view)) {
      const schema = document.components.schemas[`Row_${name}`];
      if (!schema) continue;
      const { body } = (await api.get(`/views/${name}?limit=20`)) as { body: { items: object[] } };
      const validate = ajv.getSchema(`document#/components/schemas/Row_${name}`)!;
      for (const row of body.items) {
        expect([name, validate(row), validate.errors]).toEqual([name, true, null]);
        expect([name, Object.keys(row).filter((field) => !(field in schema.properties))]).toEqual([name, []]);
      }
      described.push(name);
    }
    expect(described).toEqual(expect.arrayContaining(['customers', 'customer_360', 'lifecycle', 'loyalty', 'pipeline']));
    for (const [path, query] of [['/customers', '?limit=20'], ['/customers/{id}', ''], ['/customers/{id}/price', '?pricelist=houses&offering=gaiwan']] as const) {
      const { body } = await api.get(path.replace('{id}', 'mingde-tea') + query);
      const pointer = path.replaceAll('/', '~1');
      const validate = ajv.getSchema(`document#/paths/${pointer}/get/responses/200/content/application~1json/schema`)!;
      expect([path, validate(body), validate.errors]).toEqual([path, true, null]);
    }
    expect(JSON.stringify(ajv.getSchema('document#/paths/~1customers/get/responses/200')!.schema)).toContain('#/components/schemas/Row_customers');
  });

  it('names the fields that there are where a question names another', async () => {
    for (const question of ['colour=red', 'sort=-colour', 'fields=name,colour', `filter=${encodeURIComponent('{"$or":[{"colour.shade":1}]}')}`]) {
      const { status, body } = await api.get(`/views/customers?${question}`);
      expect([status, body.detail]).toEqual([400, expect.stringMatching(/^customers has no field "colour"\. Its fields: _id, .*\bname\b/)]);
    }
    expect((await api.post('/views/lifecycle/aggregate', [{ $group: { _id: '$stag' } }])).body.detail).toContain('lifecycle has no field "stag"');
  });

  it('folds without a dead letter', async () => {
    expect((await api.get('/dead-letters')).body).toEqual({ items: [], total: 0 });
  });

  it('has somebody in each stage of the life cycle, and scores for those who buy', async () => {
    const { body } = await api.post('/views/lifecycle/aggregate', [{ $group: { _id: '$stage' } }, { $sort: { _id: 1 } }]);
    expect(body.items.map(({ _id }: { _id: string }) => _id)).toEqual(['at_risk', 'developing', 'dormant', 'first_purchase', 'lost', 'loyal', 'prospect', 'won_back']);
    const { body: loyalty } = await api.get('/views/loyalty?limit=100');
    expect(loyalty.items.length).toBeGreaterThanOrEqual(10);
  });

  it('answers every report', async () => {
    for (const name of api.engine.projector.names()) {
      for (const report of api.engine.projector.get(name).view.reports.keys()) {
        const { status } = await api.get(`/views/${name}/reports/${report}`);
        expect([name, report, status]).toEqual([name, report, 200]);
      }
    }
  });

  it('sent a second time, on another day, adds nothing', async () => {
    expect(await wantsFirstData(api.engine)).toBe(true);
    await createFirstData(api.app.get(CommandBus), api.engine, new Date(NOW.getTime() + 3 * 86_400_000));
    expect(await api.engine.events.head()).toBe(filled);
  });

  it('makes true what the greeting says to try', async () => {
    for (const { path, body, key, live } of TRIES) {
      if (live) {
        const stream = await EventStream.open(api.url + path, { authorization: `Bearer ${api.key}` });
        await stream.until(() => stream.events.length >= filled);
        stream.close();
        continue;
      }
      const answer = body === undefined ? await api.get(path) : await api.post(path, body, key === undefined ? {} : { 'idempotency-key': key });
      expect([path, answer.status]).toEqual([path, 200]);
      if (answer.body.items !== undefined) expect([path, answer.body.items.length > 0]).toEqual([path, true]);
      if (path.startsWith('/commands/')) expect(answer.body).toMatchObject({ events: 1, repeated: false });
    }
  });

  it('is no longer wanted once somebody else has written', async () => {
    await api.send('RenameCustomer', { customerId: 'tomas-novak', name: 'Tomas Novak jr.' });
    expect(await wantsFirstData(api.engine)).toBe(false);
  });
});

describe('customers', () => {
  const found = async (query: string) => ((await api.get(`/customers?${query}`)).body.items as { _id: string }[]).map(({ _id }) => _id);

  it('are found by words of their names and by id', async () => {
    expect(await found('q=tea%20kunming')).toEqual(['mingde-kunming']);
    expect(await found('q=TEA&sort=name&limit=2')).toHaveLength(2);
    expect(await found('q=li-wei')).toEqual(['li-wei']);
    expect(await found('q=.*')).toEqual([]);
    expect(await found('q=tea&keyAccount=true')).toEqual(['mingde-tea']);
    expect((await found('kind=person&limit=100')).length).toBeGreaterThan(5);
  });

  it('are shown with everything that is known', async () => {
    const { body } = await api.get('/customers/mingde-tea');
    expect(body.item).toMatchObject({ _id: 'mingde-tea', keyAccount: true });
    expect((await api.get('/customers/nobody')).status).toBe(404);
  });
});

describe('the price that a customer pays', () => {
  const price = async (customer: string, query: string) => {
    const { status, body } = await api.get(`/customers/${customer}/price?${query}`);
    return status === 200 ? [body.item.price.amount, body.item.source] : status;
  };

  it('is their own, or that of the list, at any moment', async () => {
    const gaiwan = 'pricelist=houses&offering=gaiwan';
    const before = new Date(NOW.getTime() - 100 * 86_400_000).toISOString();
    expect([await price('mingde-tea', gaiwan), await price('harbour-books', gaiwan), await price('mingde-tea', `${gaiwan}&asOf=${before}`)]).toEqual([[2_250, 'agreed'], [2_500, 'list'], [2_500, 'list']]);
    expect([await price('mingde-tea', 'pricelist=houses&offering=nothing'), await price('mingde-tea', 'pricelist=houses'), await price('mingde-tea', `${gaiwan}&asOf=2000-01-01`)]).toEqual([404, 400, 404]);
  });
});

describe('the past', () => {
  const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000).toISOString();

  it('is answered by every view as a row, a list, a report and a pipeline, with what had happened by then', async () => {
    const asOf = daysAgo(100);
    for (const view of api.engine.projector.names()) {
      const { status, body } = await api.get(`/views/${view}?limit=1000&total=true&asOf=${asOf}`);
      expect([view, status, body.total]).toEqual([view, 200, body.items.length]);
      for (const item of body.items.slice(0, 3)) expect((await api.get(`/views/${view}/${encodeURIComponent(item._id)}?asOf=${asOf}`)).body.item).toEqual(item);
    }
    const [then, now] = await Promise.all([`?asOf=${asOf}`, ''].map((moment) => api.post(`/views/purchases/aggregate${moment}`, [{ $group: { _id: null, n: { $sum: 1 }, last: { $max: '$purchasedAt' } } }])));
    expect(then!.body.items[0].n).toBeLessThan(now!.body.items[0].n);
    expect(then!.body.items[0].last <= asOf).toBe(true);
    const counted = (await api.get(`/views/lifecycle/reports/stage_counts?asOf=${asOf}`)).body.report;
    expect(counted.customers).toBeGreaterThan(0);
  }, 60_000);

  it('knows nothing that was recorded later', async () => {
    const knownAt = daysAgo(1);
    expect((await api.get(`/views/customers?total=true&knownAt=${knownAt}`)).body).toMatchObject({ items: [], total: 0 });
    expect((await api.get(`/views/customers/amara-okafor?knownAt=${knownAt}`)).status).toBe(404);
  });

  it('differs from the present by rows that entered or changed, each change with its event, actor and cause', async () => {
    const from = daysAgo(100);
    const { body } = await api.get(`/changes/lifecycle?from=${from}&fields=stage&limit=1000`);
    expect(body.items.some(({ kind, changes }: { kind: string; changes: object[] }) => kind === 'changed' && changes.length === 1)).toBe(true);
    const page = (await api.get(`/changes/lifecycle?from=${from}&fields=stage&limit=2`)).body;
    const rest = (await api.get(`/changes/lifecycle?from=${from}&fields=stage&limit=1000&cursor=${page.next}`)).body;
    expect([...page.items, ...rest.items]).toEqual(body.items);
    const { body: row } = await api.get(`/changes/customer_360/amara-okafor?from=${daysAgo(300)}`);
    expect(row.changes.length).toBeGreaterThan(0);
    expect(row.events[0]).toMatchObject({ event: { stream: expect.any(String) }, actor: expect.any(String), commandId: expect.any(String), changes: expect.any(Array) });
    expect((await api.get('/changes/customers')).status).toBe(400);
    expect((await api.get(`/changes/customers?from=${from}&fields=name&limit=0`)).status).toBe(400);
    expect((await api.get(`/changes/nothing?from=${from}`)).status).toBe(404);
  }, 60_000);

  it('is that of an aggregate too', async () => {
    const path = '/aggregates/customer/amara-okafor';
    const { body: now } = await api.get(path);
    const { body: then } = await api.get(`${path}?asOf=${daysAgo(250)}`);
    expect(then.revision).toBeLessThan(now.revision);
    expect((await api.get(`${path}?asOf=2001-01-01`)).status).toBe(404);
  });

  it('has to be asked for with a time', async () => {
    for (const name of ['asOf', 'knownAt', 'policiesAsOf']) {
      const { status, body } = await api.get(`/views/customers?${name}=yesterday`);
      expect([status, body.detail]).toEqual([400, expect.stringContaining('must be a date or time of ISO 8601')]);
    }
  });

  it('ends with the present: what lies ahead is refused on every way in, and today is not', async () => {
    const [tomorrow, today] = [Date.now() + 86_400_000, Date.now()].map((time) => new Date(time).toISOString().slice(0, 10));
    const asked = ['asOf', 'knownAt', 'policiesAsOf'].flatMap((name) => ['/views/lifecycle', '/views/lifecycle/amara-okafor', '/views/lifecycle/reports/stage_counts', '/customers'].map((path) => [path, name] as const));
    const others = [['/analyses/rfm', 'asOf'], ['/analyses/rfm', 'knownAt'], ['/analyses/rfm/rows/li-wei', 'asOf'], ['/analyses/rfm/series', 'knownAt'], ['/analyses/rfm/series', 'last'], ['/customers/mingde-tea/price?pricelist=houses&offering=gaiwan', 'asOf'],
      ['/aggregates/customer/amara-okafor', 'asOf'], ['/aggregates/customer/amara-okafor', 'knownAt'], ['/changes/customers', 'from'], ['/access/who-could-see/amara-okafor', 'asOf']] as const;
    for (const [path, name] of [...asked, ...others]) {
      const asked = `${path}${path.includes('?') ? '&' : '?'}${name}`;
      const { status, body } = await api.get(`${asked}=${tomorrow}`);
      expect([path, name, status, body.detail]).toEqual([path, name, 400, expect.stringContaining('lies in the future')]);
      expect([path, name, (await api.get(`${asked}=${today}`)).status]).toEqual([path, name, 200]);
    }
    expect((await api.post(`/views/purchases/aggregate?asOf=${tomorrow}`, [{ $count: 'n' }])).status).toBe(400);
    expect((await api.post(`/what-if/lifecycle?asOf=${tomorrow}`, { command: 'PublishLifecyclePolicy', lifecyclepolicyId: 'default', rules: (await api.get('/views/policies?kind=lifecycle')).body.items[0].rules })).status).toBe(400);
    expect((await api.get(`/changes/customers?from=2020-01-01&to=${tomorrow}`)).status).toBe(400);
    expect((await api.get(`/views/customers?asOf=${new Date(Date.now() + 60_000).toISOString()}`)).status).toBe(200);
  });
});

describe('what would be', () => {
  const rules = { developing: { purchaseDays: 2 }, loyal: { purchaseDays: 3, withinDays: 3650 }, atRisk: { afterDays: 3000 }, dormant: { afterDays: 3001 }, lost: { afterDays: 3002 }, wonBack: { forDays: 1 } };
  const lenient = { command: 'PublishLifecyclePolicy', lifecyclepolicyId: 'default', rules };

  it('by a policy that nobody published is told customer by customer, with the reason, and stored nowhere', async () => {
    const state = async () => [await api.engine.events.head(), await api.engine.documents.listCollections(), (await api.get('/views/lifecycle?limit=1000')).body.items];
    const before = await state();
    const { status, body } = await api.post('/what-if/lifecycle?limit=1000', lenient);
    expect([status, body.items.length > 0]).toEqual([200, true]);
    for (const { _id, kind, changes, because } of body.items) {
      const live = (await api.get(`/views/lifecycle/${_id}`)).body.item;
      expect([kind, changes]).toEqual(['changed', [{ path: 'stage', before: live.stage, after: expect.any(String) }]]);
      expect(because.before).toEqual({ rule: live.rule, since: live.since, policyVersion: live.policyVersion, evidence: live.evidence });
      expect(because.after).toEqual({ rule: expect.any(String), since: expect.any(String), policyVersion: 1, evidence: expect.any(Array) });
    }
    const [first] = (await api.post('/what-if/lifecycle?limit=1', lenient)).body.items;
    const { next } = (await api.post('/what-if/lifecycle?limit=1', lenient)).body;
    expect([first, ...(await api.post(`/what-if/lifecycle?limit=1000&cursor=${next}`, { policies: [lenient], published: 'replaced' })).body.items]).toEqual(body.items);
    expect((await api.post('/what-if/lifecycle?limit=1000', { policies: [lenient], published: 'kept' })).body.items[0].because.after.policyVersion).toBe(2);
    expect(await state()).toEqual(before);
  });

  it('by the policy that is published is what is', async () => {
    const [published] = (await api.get('/views/policies?kind=lifecycle')).body.items;
    const { body } = await api.post('/what-if/lifecycle?fields=stage,since,rule,policyVersion,evidence,transitions,periods', { ...lenient, rules: published.rules, effectiveFrom: published.effectiveFrom });
    expect(body.items).toEqual([]);
  });

  it('of analyses by another policy is told row by row, and by the published one is what is', async () => {
    const asIs = (await api.get('/analyses/value_classes')).body.rows as { customerId: string; profit: number }[];
    const [{ rules: published, effectiveFrom }] = (await api.get('/views/value_policies')).body.items;
    const policy = (changes: object) => ({ command: 'PublishValuePolicy', valuepolicyId: 'default', effectiveFrom, rules: { ...published, ...changes } });
    expect((await api.post('/what-if/value_classes', policy({}))).body.items).toEqual([]);
    const { body } = await api.post('/what-if/value_classes?fields=profit&limit=1000', policy({ margin: published.margin / 2, costPerPurchase: 0 }));
    expect(body.items.length).toBeGreaterThan(0);
    for (const { _id, changes } of body.items) expect(changes).toEqual([{ path: 'profit', before: asIs.find(({ customerId }) => customerId === _id)!.profit, after: expect.any(Number) }]);
    const [first] = body.items;
    expect(first.because).toMatchObject({ before: { policyVersion: 1, currency: published.currency }, after: { policyVersion: 1 } });
    expect((await api.post(`/what-if/value_classes?fields=profit&limit=1000&cursor=${first._id}`, policy({ margin: published.margin / 2, costPerPurchase: 0 }))).body.items).toEqual(body.items.slice(1));
  });

  it('by the policies of another day is told of views, analyses, their reasons and their series', async () => {
    const yesterday = new Date(NOW.getTime() - 86_400_000).toISOString();
    expect((await api.send('PublishValuePolicy', { valuepolicyId: 'default', rules: { ...(await api.get('/views/value_policies')).body.items[0].rules, windowDays: 300 } })).status).toBe(200);
    const then = async (path: string) => (await api.get(`${path}${path.includes('?') ? '&' : '?'}policiesAsOf=${new Date().toISOString()}`)).body;
    expect((await api.get(`/analyses/value_classes?asOf=${yesterday}`)).body.summary).toMatchObject({ policyVersion: 1 });
    const told = await then(`/analyses/value_classes?asOf=${yesterday}`);
    expect(told.summary).toMatchObject({ policyVersion: 2, windowDays: 300 });
    expect(await then(`/analyses/value_classes/rows/${told.rows[0].customerId}?asOf=${yesterday}`)).toMatchObject({ by: { policyVersion: 2 } });
    expect((await then(`/analyses/value_classes/series?first=${yesterday.slice(0, 10)}&last=${yesterday.slice(0, 10)}`)).days[0].answer.summary).toMatchObject({ policyVersion: 2 });
    const tomorrow = new Date(NOW.getTime() + 86_400_000).toISOString();
    for (const path of ['/analyses/value_classes', '/analyses/value_classes/series']) expect((await api.get(`${path}?policiesAsOf=${tomorrow}`)).status).toBe(400);
  });

  it.each<[string, unknown, number, RegExp]>([
    ['lifecycle', {}, 400, /policies is a list/],
    ['lifecycle', { command: 'RenameCustomer', customerId: 'c', name: 'n' }, 400, /PublishLifecyclePolicy, PublishLoyaltyPolicy/],
    ['lifecycle', { ...lenient, rules: { ...rules, loyal: 3 } }, 400, /PublishLifecyclePolicy is not valid/],
    ['lifecycle', { ...lenient, rules: { ...rules, lost: { afterDays: 1 } } }, 422, /atRisk\.afterDays must be below/],
    ['lifecycle', { policies: [lenient], published: 'burnt' }, 400, /published is/],
    ['customers', lenient, 400, /does not depend on policies/],
    ['repeat_buying?policiesAsOf=2026-01-01', lenient, 400, /leave policiesAsOf out/],
    ['nothing', lenient, 404, /There is no view nothing/],
  ])('asked of %s with %j is refused where that is no question', async (view, body, status, detail) => {
    const answer = await api.post(`/what-if/${view}`, body);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(detail)]);
  });
});

describe('the description of the real API', () => {
  it('is valid, and shows for each command an example that its schema allows and that the command accepts', async () => {
    const document = (await api.get('/openapi.json')).body;
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    ajv.addSchema(document, 'document');
    for (const { command } of api.engine.commands.all()) {
      const { schema, example } = document.paths[`/commands/${command.name}`].post.requestBody.content['application/json'] as { schema: { $ref: string }; example: object };
      const validate = ajv.getSchema(`document${schema.$ref}`)!;
      expect([command.name, example, validate(example), validate.errors]).toEqual([command.name, example, true, null]);
      const answer = await api.send(command.name, example);
      expect([command.name, answer.status, answer.body.fields]).not.toEqual([command.name, 400, expect.anything()]);
    }
  });
});

describe('every command about what is unknown', () => {
  it('begins it or is refused, and never succeeds without anything having happened', async () => {
    const document = (await api.get('/openapi.json')).body;
    const silent: string[] = [];
    for (const { command: { name }, idField } of api.engine.commands.all()) {
      const { example } = document.paths[`/commands/${name}`].post.requestBody.content['application/json'] as { example: object };
      const { status, body } = await api.send(name, { ...example, [idField]: `unknown.to.${name}` });
      if (status === 200 && body.events === 0) silent.push(name);
    }
    expect(silent).toEqual([]);
  });
});

describe('hostile fields of every real command', () => {
  it('may each be null: that is refused, or as if the field were left out', async () => {
    const document = (await api.get('/openapi.json')).body;
    for (const { command: { name } } of api.engine.commands.all()) {
      const operation = document.paths[`/commands/${name}`].post.requestBody.content['application/json'] as { schema: { $ref: string }; example: object };
      const fields = Object.keys((document.components.schemas[operation.schema.$ref.split('/').at(-1)!] as { properties: object }).properties);
      for (const field of fields) {
        const { status, body } = await api.send(name, { ...operation.example, [field]: null });
        expect([name, field, body.detail, status < 500]).toEqual([name, field, body.detail, true]);
      }
    }
    await api.engine.processes.settled();
  }, 120_000);

  it('are refused field by field, and what is refused changes nothing', async () => {
    const document = (await api.get('/openapi.json')).body;
    const commands = api.engine.commands.all().map(({ command }) => command.name);
    const nasty = fc.oneof(
      fc.anything({ maxDepth: 2, values: [fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)], withNullPrototype: false }),
      fc.constantFrom('', ' ', '\u0000', '\ud800', 'a'.repeat(20_000), -1, 1e308, 2 ** 60, '9999-99-99', '2026-02-30', '2026-01-01T25:00:00Z', { $gt: '' }, [[]], { amount: 1e21, currency: 'EUR' }, { amount: 1, currency: '€' }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...commands), fc.nat(), nasty, async (name, index, value) => {
        const operation = document.paths[`/commands/${name}`].post.requestBody.content['application/json'] as { schema: { $ref: string }; example: object };
        const fields = Object.keys((document.components.schemas[operation.schema.$ref.split('/').at(-1)!] as { properties: object }).properties);
        // What was accepted before may still have processes at work.
        await api.engine.processes.settled();
        const before = await api.engine.events.head();
        const { status, body } = await api.send(name, { ...operation.example, [fields[index % fields.length]!]: value });
        expect([name, status, body.detail, status < 500]).toEqual([name, status, body.detail, true]);
        if (status >= 400) expect(await api.engine.events.head()).toBe(before);
      }),
      { numRuns: 800 },
    );
    expect((await api.get('/dead-letters')).body.total).toBe(0);
  }, 120_000);
});
