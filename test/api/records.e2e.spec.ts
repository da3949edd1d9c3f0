import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asSystem } from '#access';
import { contexts, publishDefaultPolicies } from '#composition';
import { counts, identity, type Identity } from './identities.js';
import { start, type Answered, type Started } from './support.js';

/** As far ahead as clocks may differ: everything that a test does has happened by then. */
const SOON = new Date(Date.now() + 4 * 60_000).toISOString();

let api: Started;
let sales: Identity;
let other: Identity;
let partner: Identity;
let analyst: Identity;
let auditor: Identity;
let position: number;

const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const idsOf = ({ body }: Answered) => (body.items as { _id: string }[]).map(({ _id }) => _id).sort();
const did = async (command: string, fields: object) => {
  const { status, body } = await api.send(command, fields);
  if (status >= 300) throw new Error(`${command}: ${JSON.stringify(body)}`);
  position = body.position as number;
};

beforeAll(async () => {
  api = await start({ contexts });
  await asSystem(() => publishDefaultPolicies(api.engine));
  [sales, other, partner, analyst, auditor] = await Promise.all([['sales'], ['sales'], ['partner'], ['analyst'], ['auditor']].map((roles) => identity(api, roles))) as [Identity, Identity, Identity, Identity, Identity];
  const places = { mine: { owner: sales.subject, team: 'tea', territory: 'south', branch: 'chengdu' }, theirs: { owner: other.subject, team: 'tea', territory: 'north', branch: 'riga' }, nobodys: undefined };
  for (const [customerId, place] of Object.entries(places)) {
    await did('RegisterCustomer', { customerId, kind: 'person', name: `Name of ${customerId}`, occurredAt: '2026-01-02' });
    await did('AddContactPerson', { contactId: `contact-${customerId}`, customerId, name: `Contact of ${customerId}`, email: `${customerId}@example.com` });
    await did('RecordPurchase', { purchaseId: `purchase-${customerId}`, customerId, amount: { amount: 1000, currency: 'EUR' } });
    if (place) await did('AssignCustomer', { customerId, ...place });
  }
  await did('ShareCustomer', { customerId: 'theirs', sharedWith: partner.subject });
  await api.access.memory.reached(position);
  for (const view of api.engine.projector.names()) await api.get(`/views/${view}?limit=1&after=${position}`);
}, 60_000);
afterAll(() => api.close(), 30_000);

describe('records', () => {
  it('are those of their owner: in lists, counts, pipelines, reports and as of any moment', async () => {
    for (const moment of ['', `&asOf=${SOON}`, `&knownAt=${SOON}`]) {
      expect(idsOf(await sales.get(`/views/customers?limit=10${moment}`))).toEqual(['mine']);
      expect((await sales.get(`/views/customers?total=true&limit=1${moment}`)).body.total).toBe(1);
      expect(idsOf(await sales.get(`/views/customers?filter=${json({ $or: [{ _id: 'theirs' }, { kind: 'person' }] })}${moment}`))).toEqual(['mine']);
      expect((await sales.post(`/views/customers/aggregate?${moment.slice(1)}`, [{ $count: 'n' }])).body.items).toEqual([{ n: 1 }]);
      expect((await sales.post(`/views/purchases/aggregate?${moment.slice(1)}`, [{ $facet: { all: [{ $group: { _id: '$customerId' } }] } }])).body.items).toEqual([{ all: [{ _id: 'mine' }] }]);
      expect((await sales.get(`/views/lifecycle/reports/stage_counts?${moment.slice(1)}`)).body.report.customers).toBe(1);
    }
    expect((await api.get('/views/customers?total=true')).body.total).toBe(3);
  });

  it('also in the views whose rows name them in a field', async () => {
    expect(idsOf(await sales.get('/views/customer_contacts'))).toEqual(['contact-mine']);
    expect(idsOf(await sales.get('/views/purchases'))).toEqual(['purchase-mine']);
    expect((await sales.get('/customers?q=name')).body.items.map(({ _id }: { _id: string }) => _id)).toEqual(['mine']);
  });

  it('out of scope are answered like those that do not exist', async () => {
    const shape = ({ status, body }: Answered) => [status, body.type, JSON.stringify(body).replaceAll('theirs', 'ID').replaceAll('unheard', 'ID').replace(/"correlationId":"[^"]*"|"position":\d+|position \d+/g, '')];
    const paths = (id: string) => [
      `/views/customers/${id}`, `/views/customers/${id}?asOf=${SOON}`, `/customers/${id}`, `/views/customer_contacts/contact-${id}`, `/changes/customers/${id}?from=2020-01-01`,
      `/aggregates/customer/${id}`, `/aggregates/customer/${id}/history`, `/aggregates/purchase/purchase-${id}`,
    ];
    const [hidden, unknown] = [paths('theirs'), paths('unheard')];
    for (const [index, path] of hidden.entries()) {
      expect([path, ...shape(await sales.get(path))]).toEqual([path, ...shape(await sales.get(unknown[index]!))]);
      expect([path, JSON.stringify((await other.get(path)).body).includes('heirs')]).toEqual([path, true]);
    }
  });

  it('are changed by those who reach them alone, and a refusal tells nothing', async () => {
    const refused = async (command: string, fields: (id: string) => object) => {
      const [hidden, unknown] = [await sales.send(command, fields('theirs')), await sales.send(command, fields('unheard'))];
      expect([command, hidden.status, hidden.body.code, hidden.body.detail.replace('theirs', 'ID')]).toEqual([command, 404, unknown.body.code, unknown.body.detail.replace('unheard', 'ID')]);
    };
    const before = await api.engine.events.head();
    await refused('RenameCustomer', (customerId) => ({ customerId, name: 'Taken over' }));
    await refused('UpdateContactPerson', (id) => ({ contactId: `contact-${id}`, name: 'Taken over' }));
    await refused('AddContactPerson', (customerId) => ({ contactId: `new-${customerId}`, customerId, name: 'x' }));
    await refused('RecordPurchase', (customerId) => ({ purchaseId: `new-${customerId}`, customerId, amount: { amount: 1, currency: 'EUR' } }));
    await refused('ReturnPurchase', (id) => ({ purchaseId: `purchase-${id}` }));
    expect(await api.engine.events.head()).toBe(before);
    expect((await sales.send('RenameCustomer', { customerId: 'mine', name: 'Name of mine again' })).status).toBe(200);
    expect((await sales.send('RegisterCustomer', { customerId: 'theirs', kind: 'person', name: 'x' })).status).toBe(404);
  });

  it('are those of a team, territory or branch where the role says so', async () => {
    for (const records of ['team', 'territory', 'branch']) await counts(api, api.send('DefineRole', { roleId: `of-${records}`, basedOn: ['sales'], personal: true, records }));
    const of = async (records: string, place: object) => idsOf(await (await identity(api, [`of-${records}`], place)).get('/views/customers'));
    expect(await of('team', { team: 'tea' })).toEqual(['mine', 'theirs']);
    expect(await of('territory', { territory: 'north' })).toEqual(['theirs']);
    expect(await of('branch', { branch: 'chengdu' })).toEqual(['mine']);
    expect(await of('territory', {})).toEqual([]);
  });

  it('that were shared are read by a partner, until they are no longer', async () => {
    expect(idsOf(await partner.get('/views/customers'))).toEqual(['theirs']);
    expect((await partner.get('/views/customers/mine')).status).toBe(404);
    await counts(api, api.send('UnshareCustomer', { customerId: 'theirs', sharedWith: partner.subject }));
    expect(idsOf(await partner.get('/views/customers'))).toEqual([]);
    await counts(api, api.send('ShareCustomer', { customerId: 'theirs', sharedWith: partner.subject }));
  });

  it('as of a moment are those of the rights of now', async () => {
    const seller = await identity(api, ['sales']);
    expect(idsOf(await seller.get(`/views/customers?asOf=${SOON}`))).toEqual([]);
    await counts(api, api.send('AssignCustomer', { customerId: 'nobodys', owner: seller.subject }));
    expect(idsOf(await seller.get('/views/customers?asOf=2026-01-03'))).toEqual(['nobodys']);
    expect((await seller.get('/changes/customers?from=2020-01-01')).body.items.map(({ _id }: { _id: string }) => _id)).toEqual(['nobodys']);
    await counts(api, api.send('AssignCustomer', { customerId: 'nobodys' }));
    expect(idsOf(await seller.get('/views/customers'))).toEqual([]);
  });
});

describe('personal fields', () => {
  it('are in no answer to who may not read them: rows, lists, pipelines, changes and the past', async () => {
    const named = [
      '/views/customers', '/views/customers/mine', `/views/customers?asOf=${SOON}`, '/views/customer_360/mine', '/views/customer_contacts', '/views/customer_timeline?limit=100', '/views/interactions',
      '/views/profile_facts', '/changes/customers?from=2020-01-01', '/changes/customers/mine?from=2020-01-01', '/changes/customer_contacts?from=2020-01-01', '/customers/mine',
    ];
    for (const path of named) {
      const { status, body } = await analyst.get(path);
      expect([path, status, /Name of|Contact of|@example/.test(JSON.stringify(body))]).toEqual([path, 200, false]);
    }
    expect(JSON.stringify((await auditor.get('/views/customers')).body)).toContain('Name of mine');
  });

  it('cannot be filtered, sorted, asked for or computed with: that would tell them', async () => {
    const withheld = [
      `filter=${json({ name: 'Name of mine' })}`, `filter=${json({ $and: [{ $or: [{ kind: 'person', name: { $regex: '^N' } }] }] })}`, `filter=${json({ kind: { $ne: 'x' }, searchName: { $exists: true } })}`,
      `filter=${json({ $nor: [{ name: 'x' }] })}`, 'name=Name%20of%20mine', 'sort=name', 'sort=kind,-searchName', 'fields=name', 'fields=kind,name', 'total=true&name=x', `asOf=${SOON}&sort=name`,
    ];
    for (const query of withheld) {
      const { status, body } = await analyst.get(`/views/customers?${query}`);
      expect([query, status, body.code, body.detail]).toEqual([query, 403, 'field-withheld', expect.stringMatching(/name/i)]);
    }
    expect((await analyst.get('/customers?q=name')).status).toBe(403);
    expect((await analyst.get('/changes/customers?from=2020-01-01&fields=name')).status).toBe(403);
    expect((await analyst.get('/views/customers?sort=-since&fields=kind,since')).status).toBe(200);
  });

  it.each<[string, object[]]>([
    ['a group by it', [{ $group: { _id: '$name' } }]], ['a match', [{ $match: { name: { $regex: 'mine' } } }, { $count: 'n' }]], ['a match by expression', [{ $match: { $expr: { $eq: ['$name', 'Name of mine'] } } }, { $count: 'n' }]],
    ['a sort', [{ $sort: { name: 1 } }]], ['a computed field', [{ $set: { x: { $toUpper: '$name' } } }]], ['a projection', [{ $project: { name: 1 } }]], ['inside of a facet', [{ $facet: { a: [{ $group: { _id: '$$ROOT.name' } }] } }]],
  ])('are refused in a pipeline as %s', async (_, pipeline) => {
    expect(await analyst.post('/views/customers/aggregate', pipeline)).toMatchObject({ status: 403, body: { code: 'field-withheld' } });
  });

  it.each<[string, object[]]>([
    ['the whole row', [{ $group: { _id: null, rows: { $push: '$$ROOT' } } }]], ['every field by its name', [{ $project: { fields: { $objectToArray: '$$ROOT' } } }]], ['a field whose name is computed', [{ $project: { x: { $getField: { field: { $concat: ['na', 'me'] }, input: '$$ROOT' } } } }]],
    ['another root', [{ $replaceRoot: { newRoot: { all: '$$CURRENT' } } }]], ['nothing at all', []],
  ])('are not in a pipeline that takes %s', async (_, pipeline) => {
    const { status, body } = await analyst.post('/views/customers/aggregate', pipeline);
    expect([status < 500, JSON.stringify(body)]).toEqual([true, expect.not.stringContaining('Name of')]);
  });

  it('are also withheld where they lie inside of other fields', async () => {
    await did('RecordProductEvaluation', { customerId: 'mine', product: 'Tea', rating: 2, comment: 'Tell nobody' });
    const path = `/views/profile_facts/mine?after=${position}`;
    expect((await analyst.get(path)).body.item.evaluations).toMatchObject([{ product: 'Tea', rating: 2 }]);
    expect(JSON.stringify((await analyst.get(path)).body)).not.toContain('Tell nobody');
    expect((await analyst.get(`/views/profile_facts?filter=${json({ 'evaluations.0.comment': 'Tell nobody' })}`)).status).toBe(403);
    expect((await analyst.get(`/views/profile_facts?filter=${json({ evaluations: { $elemMatch: { comment: 'Tell nobody' } } })}`)).status).toBe(403);
    expect(JSON.stringify((await analyst.post('/views/profile_facts/aggregate', [{ $unwind: '$evaluations' }])).body)).not.toContain('Tell nobody');
  });

  it('are not in events and states, which a role without them does not read', async () => {
    for (const path of ['/aggregates/customer/mine', '/aggregates/customer/mine/history', '/events', '/events/live', '/audit/events/1', '/audit/bundle?customer=mine']) expect([path, (await analyst.get(path)).status]).toEqual([path, 403]);
  });
});

describe('two roles', () => {
  it('do not add up to more than each allows: the personal fields of one are not shown on the records of the other', async () => {
    const both = await identity(api, ['analyst', 'sales']);
    await counts(api, api.send('AssignCustomer', { customerId: 'nobodys', owner: both.subject }));
    const rows = (await both.get('/views/customers?sort=_id')).body.items as { _id: string; name?: string }[];
    expect(rows.map(({ _id, name }) => [_id, name])).toEqual([['mine', undefined], ['nobodys', 'Name of nobodys'], ['theirs', undefined]]);
    expect(idsOf(await both.get(`/views/customers?filter=${json({ name: { $regex: '^Name' } })}`))).toEqual(['nobodys']);
    expect((await both.post('/views/customers/aggregate', [{ $group: { _id: '$name' } }])).body.items).toEqual([{ _id: 'Name of nobodys' }]);
    expect((await both.post('/views/customers/aggregate', [{ $count: 'n' }])).body.items).toEqual([{ n: 3 }]);
    expect(JSON.stringify((await both.post('/views/customers/aggregate', [{ $group: { _id: null, rows: { $push: '$$ROOT' } } }])).body)).not.toContain('Name of');
  });
});

describe('operators', () => {
  it.each<[string, object[]]>([
    ['$lookup', [{ $lookup: { from: 'keys', pipeline: [], as: 'x' } }]], ['$unionWith', [{ $unionWith: 'customers' }]], ['$out', [{ $out: 'x' }]], ['$merge', [{ $merge: 'x' }]],
    ['$lookup in a facet', [{ $facet: { a: [{ $lookup: { from: 'customers_v1_g1', localField: '_id', foreignField: '_id', as: 'x' } }] } }]], ['$function', [{ $set: { x: { $function: { body: 'return 1', args: [], lang: 'js' } } } }]],
  ])('that reach elsewhere are refused: %s', async (_, pipeline) => {
    expect((await sales.post('/views/customers/aggregate', pipeline)).status).toBe(400);
  });

  it('as values of commands and parameters are text, and nothing is found by them', async () => {
    expect((await sales.get('/views/customers?_id[$ne]=x')).status).toBe(400);
    expect((await sales.get(`/views/customers?filter=${json({ $where: '1' })}`)).status).toBe(400);
    expect((await sales.send('RenameCustomer', { customerId: { $gt: '' }, name: 'x' })).status).toBe(400);
  });
});

describe('fields that a command does not have', () => {
  it.each([{ actor: 'key:administrator' }, { roles: ['administrator'] }, { allow: ['*'] }, { owner: 'user:me' }, { metadata: { actor: 'x' } }, { blacklisted: false }])('are refused: %j', async (more) => {
    expect((await sales.send('RenameCustomer', { customerId: 'mine', name: 'x', ...more })).status).toBe(400);
  });
});

describe('records of customers that are merged', () => {
  it('belong to whoever owns the one that stays, and after unmerging each to its own', async () => {
    const [left, right] = [await identity(api, ['sales']), await identity(api, ['sales'])];
    for (const [customerId, { subject }] of [['left', left], ['right', right]] as const) {
      await did('RegisterCustomer', { customerId, kind: 'person', name: `Name of ${customerId}` });
      await did('RecordPurchase', { purchaseId: `purchase-${customerId}`, customerId, amount: { amount: 1000, currency: 'EUR' } });
      await counts(api, api.send('AssignCustomer', { customerId, owner: subject }));
    }
    const sees = async (who: Identity) => [
      ...idsOf(await who.get(`/views/customers?after=${await api.engine.events.head()}`)), ...idsOf(await who.get(`/views/purchases?after=${await api.engine.events.head()}`)),
      ...(await Promise.all(['customer/left', 'customer/right', 'purchase/purchase-left'].map(async (path) => ((await who.get(`/aggregates/${path}/history`)).status === 200 ? path : [])))).flat(),
    ];
    const [ofLeft, ofRight] = [['left', 'purchase-left', 'customer/left', 'purchase/purchase-left'], ['right', 'purchase-right', 'customer/right']];
    expect([await sees(left), await sees(right)]).toEqual([ofLeft, ofRight]);
    await counts(api, api.send('DefineRole', { roleId: 'of-own', basedOn: ['manager'], personal: true, records: 'own' }));
    const merging = await identity(api, ['of-own']);
    for (const customerId of ['left', 'right']) await counts(api, api.send('AssignCustomer', { customerId, owner: merging.subject }));
    expect((await merging.send('MergeCustomers', { customerId: 'left', intoCustomerId: 'theirs', reason: 'x' })).body).toMatchObject({ status: 404, detail: expect.stringContaining('theirs') });
    expect((await merging.send('CorrectPurchase', { purchaseId: 'purchase-left', customerId: 'theirs', reason: 'x' })).body).toMatchObject({ status: 404, detail: expect.stringContaining('theirs') });
    expect((await merging.send('MergeCustomers', { customerId: 'left', intoCustomerId: 'right', reason: 'x' })).status).toBe(200);
    await counts(api, merging.send('UnmergeCustomers', { customerId: 'left', reason: 'x' }));
    for (const [customerId, { subject }] of [['left', left], ['right', right]] as const) await counts(api, api.send('AssignCustomer', { customerId, owner: subject }));
    await counts(api, api.send('MergeCustomers', { customerId: 'left', intoCustomerId: 'right', reason: 'The same telephone' }));
    expect([await sees(left), await sees(right)]).toEqual([[], ['left', 'right', 'purchase-left', 'purchase-right', 'customer/left', 'customer/right', 'purchase/purchase-left']]);
    expect((await left.send('ReturnPurchase', { purchaseId: 'purchase-left' })).status).toBe(404);
    const could = async (subject: string, asOf: string) => ((await api.get(`/access/who-could-see/left?asOf=${asOf}`)).body.items as { subject: string }[]).some((each) => each.subject === subject);
    const during = new Date().toISOString();
    expect([await could(left.subject, during), await could(right.subject, during)]).toEqual([false, true]);
    await counts(api, api.send('UnmergeCustomers', { customerId: 'left', reason: 'Twins' }));
    expect([await sees(left), await sees(right)]).toEqual([ofLeft, ofRight]);
    const after = new Date(Date.now() + 1).toISOString();
    expect([await could(left.subject, after), await could(right.subject, after)]).toEqual([true, false]);
    expect((await left.send('ReturnPurchase', { purchaseId: 'purchase-left' })).status).toBe(200);
  }, 30_000);
});
