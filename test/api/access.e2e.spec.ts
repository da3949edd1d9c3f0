import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import { keyText, newKey, recordRules } from '#access';
import { Allow, protect } from '#access/http';
import { contexts } from '#composition';
import { type AnyView, type Context } from '#event-sourcing';
import { httpAdapter } from '#http';
import { createLogger, Metrics } from '#telemetry';
import { EventStream } from './event-stream.js';
import { counts, identity, withKey, type Identity } from './identities.js';
import { start, type Started } from './support.js';

const AUDIENCE = 'guanxi';
const customer = (customerId: string) => ({ customerId, kind: 'person', name: `Name of ${customerId}` });

/** A small identity provider: its keys over HTTP, and tokens that it signs. */
class Issuer {
  url = '';
  asked = 0;
  private readonly keys: object[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Issuer> {
    const issuer: Issuer = new Issuer(createServer((_, response) => {
      issuer.asked++;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: issuer.keys }));
    }));
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    issuer.url = `http://127.0.0.1:${(issuer.server.address() as AddressInfo).port}`;
    return issuer;
  }

  async newKey(kid: string, alg = 'RS256'): Promise<{ privateKey: CryptoKey; publicKey: CryptoKey }> {
    const pair = await generateKeyPair(alg, { extractable: true });
    this.keys.push({ ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' });
    return pair;
  }

  stop(): void {
    this.server.close();
  }
}

let issuer: Issuer;
let signing: { privateKey: CryptoKey; publicKey: CryptoKey };
let api: Started;

beforeAll(async () => {
  issuer = await Issuer.start();
  signing = await issuer.newKey('first');
  api = await start({ contexts, access: { oidc: { issuer: issuer.url, audience: AUDIENCE, jwksUrl: `${issuer.url}/keys`, rolesClaim: 'realm.roles' } } });
}, 60_000);
afterAll(async () => {
  await api.close();
  issuer.stop();
}, 30_000);

const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;

interface Claims {
  sub?: string;
  exp?: number | undefined;
  iat?: number;
  iss?: string;
  aud?: string;
  nbf?: number;
  realm?: object;
}

function claims(changes: Claims = {}): Record<string, unknown> {
  const all = { sub: 'ada', iss: issuer.url, aud: AUDIENCE, iat: seconds(0), exp: seconds(600), realm: { roles: ['manager'] }, ...changes };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const signed = (changes: Claims = {}, key: CryptoKey | Uint8Array = signing.privateKey, header: { alg: string; kid?: string } = { alg: 'RS256', kid: 'first' }) => new SignJWT(claims(changes)).setProtectedHeader(header).sign(key);
const withToken = (token: string): Identity => withKey(api, token);
const me = async (token: string) => withToken(token).get('/access/me');

describe('a request without a key', () => {
  it('is refused, and told how to come again', async () => {
    const response = await fetch(`${api.url}/views/customers`);
    const problem = (await response.json()) as Record<string, unknown>;
    expect([response.status, response.headers.get('www-authenticate'), problem['type']]).toEqual([401, 'Bearer', '/problems/unauthenticated']);
    expect(problem['detail']).toContain('Authorization: Bearer');
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer ', 'gx_administrator_x', `Bearer ${'x'.repeat(9_000)}`, 'Bearer a b'])('or with something else is refused: %s', async (authorization) => {
    const response = await fetch(`${api.url}/views/customers`, { headers: { authorization: authorization.slice(0, 8_100) } });
    expect(response.status).toBe(401);
  });

  it('is answered by the page to try the API, its description and health alone, and with security headers everywhere', async () => {
    for (const path of ['/docs', '/openapi.json', '/health/live', '/health/ready']) expect([path, (await fetch(api.url + path)).status]).toEqual([path, 200]);
    const { headers } = await fetch(`${api.url}/health/live`);
    expect(Object.fromEntries(headers)).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'strict-transport-security': expect.stringContaining('max-age'), 'content-security-policy': expect.stringContaining("default-src 'none'"), 'referrer-policy': 'no-referrer' });
    expect((await fetch(`${api.url}/docs`)).headers.get('content-security-policy')).toContain("default-src 'self'");
  });
});

describe('a key', () => {
  it('says who sent a command, in the events and nowhere else', async () => {
    const shop = await identity(api, ['service']);
    await shop.send('RegisterCustomer', customer('by-shop'));
    const { body } = await api.get('/aggregates/customer/by-shop/history');
    expect(body.events.map(({ metadata }: { metadata: { actor: string } }) => metadata.actor)).toEqual([shop.subject]);
    expect((await shop.get('/access/me')).body).toEqual({ subject: shop.subject, grants: [{ role: 'service' }] });
  });

  it('is refused once it is revoked, within a second', async () => {
    const shop = await identity(api, ['service']);
    expect((await shop.get('/views/customers')).status).toBe(200);
    const revoked = performance.now();
    await api.send('RevokeKey', { accesskeyId: shop.subject.slice('key:'.length), reason: 'lost' });
    while ((await shop.get('/views/customers')).status !== 401) expect(performance.now() - revoked).toBeLessThan(1_000);
  });

  it('is refused once it has expired', async () => {
    const shop = await identity(api, ['service'], { expiresAt: new Date(Date.now() + 400).toISOString() });
    expect((await shop.get('/access/me')).status).toBe(200);
    for (const end = Date.now() + 3_000; (await shop.get('/access/me')).status === 200; ) expect(Date.now()).toBeLessThan(end);
    expect((await shop.get('/access/me')).body.detail).toMatch(/has expired/);
    expect((await api.send('IssueKey', { accesskeyId: 'late', name: 'x', hash: 'x'.repeat(43), roles: ['sales'], expiresAt: '2020-01-01T00:00:00Z' })).body.code).toBe('key-expired');
  });

  it('is stored as a hash alone, and no log line holds it', async () => {
    const shop = await identity(api, ['service']);
    await shop.get('/views/customers');
    const events = JSON.stringify((await api.get('/events?limit=1000')).body);
    const secret = shop.key.split('_').at(-1)!;
    expect(events).toContain('"hash"');
    expect(events).not.toContain(secret);
    expect(JSON.stringify((await api.get('/views/keys')).body)).not.toMatch(/hash/);
    expect(JSON.stringify(api.logged())).not.toContain(secret);
    expect(JSON.stringify(api.logged())).not.toContain(api.key.split('_').at(-1));
  });

  it('that is wrong is told apart from an unknown one by nothing', async () => {
    const wrong = await withKey(api, `${api.key.slice(0, -2)}xx`).get('/status');
    const unknown = await withKey(api, keyText(newKey())).get('/status');
    const told = ({ status, body }: { status: number; body: Record<string, unknown> }) => [status, body['type'], body['detail']];
    expect(told(wrong)).toEqual(told(unknown));
  });

  it('of a role that does not exist lets nobody do anything', async () => {
    const nobody = await identity(api, ['no-such-role']);
    expect(await nobody.get('/access/me')).toMatchObject({ status: 403, body: { code: 'no-role' } });
  });
});

describe('a token', () => {
  it('lets a person in, with the roles that it names, and these are recorded', async () => {
    const ada = withToken(await signed());
    expect((await ada.get('/access/me')).body).toMatchObject({ subject: 'user:ada', grants: [{ role: 'manager' }], until: expect.any(String) });
    expect((await ada.send('RegisterCustomer', customer('by-ada'))).status).toBe(201);
    const { body } = await api.get('/aggregates/customer/by-ada');
    expect(body.state.assignment).toEqual({ owner: 'user:ada' });
    const { body: log } = await api.get('/events?type=RolesClaimed');
    expect(log.events.map(({ data }: { data: object }) => data)).toEqual([{ userId: 'ada', roles: ['manager'] }]);
  });

  it('gives no role that was revoked, also while the token lasts', async () => {
    const token = await signed({ sub: 'bob' });
    expect((await me(token)).status).toBe(200);
    await counts(api, api.send('RevokeRole', { userId: 'bob', role: 'manager' }));
    expect((await me(token)).body.code).toBe('no-role');
    await counts(api, api.send('GrantRole', { userId: 'bob', role: 'sales' }));
    expect((await me(token)).body.grants).toEqual([{ role: 'sales' }]);
  });

  it('of a subject that was granted roles needs to name none', async () => {
    await counts(api, api.send('GrantRole', { userId: 'auth0|7', role: 'analyst' }));
    expect((await me(await signed({ sub: 'auth0|7', realm: {} }))).body.grants).toEqual([{ role: 'analyst' }]);
    expect((await me(await signed({ sub: 'stranger', realm: {} }))).body.code).toBe('no-role');
  });

  it.each<[string, () => Promise<string>]>([
    ['has expired', () => signed({ exp: seconds(-60) })],
    ['has no end', () => signed({ exp: undefined })],
    ['begins later', () => signed({ nbf: seconds(120) })],
    ['is older than a day', () => signed({ iat: seconds(-90_000) })],
    ['is for others', () => signed({ aud: 'another-service' })],
    ['is from another issuer', () => signed({ iss: 'https://evil.example' })],
    ['names nobody', () => signed({ sub: undefined as never })],
    ['names nobody that could be', () => signed({ sub: 'a b\n' })],
    ['is signed with another key', async () => signed({}, (await generateKeyPair('RS256')).privateKey)],
    ['is signed with a key that the issuer does not have', async () => signed({}, (await generateKeyPair('RS256')).privateKey, { alg: 'RS256', kid: 'unheard' })],
    ['is not signed', async () => new UnsecuredJWT(claims()).encode()],
    ['is signed with the public key as a secret', async () => signed({}, new TextEncoder().encode(await exportSPKI(signing.publicKey)), { alg: 'HS256', kid: 'first' })],
    ['was changed', async () => { const [head, , signature] = (await signed()).split('.'); return `${head}.${Buffer.from(JSON.stringify(claims({ sub: 'root', realm: { roles: ['administrator'] } }))).toString('base64url')}.${signature}`; }],
    ['is cut', async () => (await signed()).slice(0, -4)],
    ['is no token', async () => 'a.b.c'],
  ])('that %s is refused', async (_, make) => {
    const { status, body } = await me(await make());
    expect([status, body.type]).toEqual([401, '/problems/unauthenticated']);
  });

  it('of a clock that is a little behind is taken', async () => {
    expect((await me(await signed({ exp: seconds(-10) }))).status).toBe(200);
  });

  it('by a new key of the issuer is taken, and the keys are not asked for with each token', async () => {
    const asked = issuer.asked;
    for (let number = 0; number < 20; number++) expect((await me(await signed())).status).toBe(200);
    expect(issuer.asked).toBe(asked);
  });

  it('is no way in where no issuer is configured', async () => {
    const plain = await start({ contexts });
    expect((await withKey(plain, await signed()).get('/status')).status).toBe(401);
    await plain.close();
  }, 30_000);
});

describe('an event stream', () => {
  it('ends with the right to read it', async () => {
    const auditor = await identity(api, ['auditor']);
    const stream = await EventStream.open(`${api.url}/events/live?after=0`, auditor.headers);
    await stream.until((received) => received.some(({ event }) => event === 'caught-up'));
    await api.send('RevokeKey', { accesskeyId: auditor.subject.slice('key:'.length) });
    await stream.ended();
  });
});

describe('too many requests', () => {
  it('with keys that are not accepted shut out the address, for who has a key too', async () => {
    const guessed = await start({ contexts });
    const statuses: number[] = [];
    for (let number = 0; number < 35; number++) statuses.push((await withKey(guessed, keyText(newKey('administrator'))).get('/status')).status);
    expect([statuses.slice(0, 30).every((status) => status === 401), statuses.slice(30)]).toEqual([true, Array(5).fill(429)]);
    const { status, headers } = await guessed.get('/status');
    expect([status, Number(headers['retry-after']) > 0]).toEqual([429, true]);
    await guessed.close();
  }, 30_000);

  it('of one identity are refused, those of another are not', async () => {
    const limited = await start({ contexts, access: { requestsPerMinute: 20 } });
    const other = await identity(limited, ['service']);
    const statuses = await Promise.all(Array.from({ length: 30 }, async () => (await other.get('/access/me')).status));
    expect([statuses.filter((status) => status === 200).length, statuses.filter((status) => status === 429).length]).toEqual([20, 10]);
    expect((await limited.get('/access/me')).status).toBe(200);
    await limited.close();
  }, 30_000);
});

describe('a route', () => {
  it('that has no rule is refused to everybody', async () => {
    const log = createLogger('silent');
    const server = httpAdapter({ log, telemetry: new Metrics() }).getInstance();
    await protect(server, api.access);
    server.get('/forgotten', () => 'secret');
    server.get('/open', { config: { allow: 'known' } }, () => 'fine');
    const url = await server.listen({ port: 0, host: '127.0.0.1' });
    const headers = { authorization: `Bearer ${api.key}` };
    const answer = await fetch(`${url}/forgotten`, { headers });
    expect([answer.ok, (await answer.text()).includes('secret')]).toEqual([false, false]);
    expect(await (await fetch(`${url}/open`, { headers })).text()).toBe('fine');
    expect((await fetch(`${url}/open`)).ok).toBe(false);
    await server.close();
  });

  it('says its rule by a decorator', () => {
    expect(typeof Allow('known')).toBe('function');
  });
});

describe('what is read', () => {
  const saw = async (id: string) => (await api.get(`/access/who-saw/${id}`)).body as { items: { viewer: string; view: string; times: number }[]; questions: { viewer: string; question: string }[] };

  it('of sensitive records is recorded: who, what, when, how often', async () => {
    const reader = await identity(api, ['service']);
    const { body } = await api.send('AddContactMethod', { customerId: 'by-shop', contactMethodId: 'm', type: 'phone', value: '+86 28 5550 0118' });
    for (let number = 0; number < 3; number++) await reader.get(`/views/contact_policy/by-shop?after=${body.position as number}`);
    await reader.get('/views/customers/by-shop');
    await reader.post('/views/contact_policy/aggregate', [{ $unwind: '$contactMethods' }]);
    const { items, questions } = await saw('by-shop');
    expect(items.filter(({ viewer }) => viewer === reader.subject)).toMatchObject([{ view: 'contact_policy', times: 3, customerId: 'by-shop' }]);
    expect(questions).toEqual(expect.arrayContaining([expect.objectContaining({ viewer: reader.subject, question: expect.stringContaining('$unwind') })]));
  });

  it('without personal fields is not', async () => {
    const analyst = await identity(api, ['analyst']);
    await analyst.get('/views/contact_policy/by-shop');
    expect((await saw('by-shop')).items.filter(({ viewer }) => viewer === analyst.subject)).toEqual([]);
  });

  it('in the events of a customer is recorded as well, and so is what was refused', async () => {
    const reader = await identity(api, ['service']);
    await reader.get('/aggregates/customer/by-shop/history');
    const auditor = await identity(api, ['auditor']);
    await auditor.get('/audit/history/by-shop');
    expect((await reader.get('/events')).status).toBe(403);
    const { items } = await saw('by-shop');
    expect(items.filter(({ viewer }) => viewer === reader.subject)).toMatchObject([{ view: 'history of customer' }]);
    expect(items.filter(({ viewer }) => viewer === auditor.subject)).toMatchObject([{ view: 'full history' }]);
    const { body } = await api.get(`/views/denials?actor=${reader.subject}&after=${await api.engine.events.head()}`);
    expect(body.items).toMatchObject([{ actor: reader.subject, code: 'area-not-allowed', times: 1 }]);
  });

  it('of customers that are merged is told under either id', async () => {
    for (const id of ['twin', 'other-twin']) await api.send('RegisterCustomer', customer(id));
    const [first, second] = [await identity(api, ['service']), await identity(api, ['service'])];
    const looked = async (reader: Identity, id: string) => {
      const { body } = await api.send('SetPreferredChannel', { customerId: id, channel: reader === first ? 'phone' : 'visit' });
      expect((await reader.get(`/views/contact_policy/${id}?after=${body.position as number}`)).status).toBe(200);
    };
    await looked(first, 'twin');
    const viewers = async (id: string) => new Set((await saw(id)).items.map(({ viewer }) => viewer).filter((viewer) => [first.subject, second.subject].includes(viewer)));
    expect(await viewers('other-twin')).toEqual(new Set());
    await api.send('MergeCustomers', { customerId: 'twin', intoCustomerId: 'other-twin', reason: 'The same telephone' });
    await looked(second, 'other-twin');
    for (const id of ['twin', 'other-twin']) expect(await viewers(id)).toEqual(new Set([first.subject, second.subject]));
  });

  it('is recorded in few events, however often it is read', async () => {
    const reader = await identity(api, ['service']);
    await api.access.sightings.flush();
    const before = await api.engine.events.head();
    await Promise.all(Array.from({ length: 200 }, () => reader.get('/views/contact_policy/by-shop')));
    await api.access.sightings.flush();
    expect((await api.engine.events.head()) - before).toBe(1);
  });

  it('is not lost when the application ends in order', async () => {
    const other = await start({ contexts });
    await other.send('RegisterCustomer', customer('c1'));
    const { body } = await other.send('SetPreferredChannel', { customerId: 'c1', channel: 'phone' });
    expect((await other.get(`/views/contact_policy/c1?after=${body.position as number}`)).status).toBe(200);
    const types: string[] = [];
    await other.app.close();
    for await (const { events } of other.events.readAll()) types.push(...events.map(({ type }) => type));
    expect(types.filter((type) => type === 'SensitiveRecordViewed')).toHaveLength(1);
    await other.close();
  }, 30_000);
});

describe('who could have seen a customer', () => {
  it('on a day is told by the rights of that day, over HTTP', async () => {
    const seller = await identity(api, ['sales']);
    const could = async (asOf: string) => ((await api.get(`/access/who-could-see/by-ada?asOf=${asOf}`)).body.items as { subject: string; role: string; because: string; views: string[] }[]).filter(({ subject }) => subject === seller.subject);
    const today = new Date().toISOString().slice(0, 10);
    expect(await could(today)).toEqual([]);
    await counts(api, api.send('AssignCustomer', { customerId: 'by-ada', owner: seller.subject }));
    const during = new Date().toISOString();
    await counts(api, api.send('AssignCustomer', { customerId: 'by-ada' }));
    expect(await could(today)).toMatchObject([{ role: 'sales', because: 'own', views: expect.arrayContaining(['customers']) }]);
    expect(await could(during)).toHaveLength(1);
    expect(await could(new Date(Date.now() + 1).toISOString())).toEqual([]);
    expect(await could('2020-01-01')).toEqual([]);
    expect((await api.get('/access/who-could-see/by-ada?asOf=someday')).status).toBe(400);
  });
});

describe('the rules in the code', () => {
  const deploy = async (changed: readonly Context[]): Promise<string> => {
    const { aggregates, events } = api.engine;
    const before = await events.head();
    await recordRules({ contexts: changed, aggregates, events });
    for await (const page of events.readAll({ after: before, filter: { types: ['AccessRulesDeployed'] } })) for (const { recordedAt } of page.events) return recordedAt;
    return 'nothing was recorded';
  };
  const later = async (than: string) => {
    while (new Date().toISOString() <= than) await delay(1);
  };

  it('are recorded when they are others than before, and tell who could have seen a customer while they were in force', async () => {
    const { contexts: ours } = api.engine;
    expect(await deploy(ours)).toBe('nothing was recorded');
    const helper = await identity(api, ['service']);
    const asked = ours.flatMap(({ analyses = [] }) => analyses).filter(({ options: { allow = [], record } }) => record && allow.includes('service')).map(({ name }) => name).sort();
    const could = async (asOf: string) => {
      const { items } = (await api.get(`/access/who-could-see/by-ada?asOf=${asOf}`)).body as { items: { subject: string; views: string[]; analyses: string[] }[] };
      const { views, analyses } = items.find(({ subject }) => subject === helper.subject)!;
      expect(analyses).toEqual(asked);
      return views.includes('customers');
    };
    const issued = new Date().toISOString();
    expect(await could(issued)).toBe(true);
    await later(issued);
    const withheld = ours.map((context) => ({ ...context, views: context.views.map((view) => (view.name === 'customers' ? Object.create(view, { options: { value: { ...view.options, allow: ['sales'] } } }) as AnyView : view)) }));
    const during = await deploy(withheld);
    await later(during);
    const after = await deploy(ours);
    expect([await could(issued), await could(during), await could(after)]).toEqual([true, false, true]);
  });
});

describe('files of the page', () => {
  it.each(['..%2f..%2fpackage.json', '%2e%2e/%2e%2e/package.json', '....//package.json', '%00', 'swagger-ui.css%00.js', '/etc/passwd'])('cannot be left by %s', async (path) => {
    expect([400, 401, 404]).toContain((await fetch(`${api.url}/docs/${path}`)).status);
  });
});
