import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalJson, parseVerifierKey } from '#audit';
import { verify } from 'node:crypto';
import type { CertifiedErasure } from '#privacy';
import { Workplace } from '../cli/support.js';
import { marksIn, Person } from './person.js';

let place: Workplace;
beforeEach(() => void (place = new Workplace()));
afterEach(() => place.remove());

const person = () => new Person('c-1', 'p-1');
const other = () => new Person('other-customer', 'other-contact');

function at(workplace: Workplace, url: string) {
  const ask = async (method: string, path: string, body?: object) => {
    const response = await workplace.fetch(url + path, { method, ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
    return { status: response.status, body: (await response.json()) as never };
  };
  const send = async (command: string, fields: object) => {
    const { status, body } = await ask('POST', `/commands/${command}`, fields);
    if (status >= 300) throw new Error(`${command}: ${JSON.stringify(body)}`);
    return (body as { position: number }).position;
  };
  /** All that the views say, without what may differ: how many rows, and all amounts. That they are read is recorded, too. */
  const figures = async () => {
    const { views } = (await ask('GET', '/views')).body as { views: { name: string }[] };
    const counts: Record<string, unknown> = {};
    for (const { name } of views.filter(({ name }) => !name.startsWith('erasure') && name !== 'sightings')) {
      const { items } = (await ask('GET', `/views/${name}?limit=1000&after=${await head()}`)).body as { items: Record<string, unknown>[] };
      counts[name] = { rows: items.map(({ _id }) => _id), others: items.filter((row) => /^(?!.*"(hers|his)").*other-customer/.test(JSON.stringify(row))) };
    }
    const revenue = [{ $group: { _id: '$amount.currency', sum: { $sum: '$amount.amount' }, count: { $sum: 1 } } }];
    return { counts, revenue: ((await ask('POST', '/views/purchase_ledger/aggregate', revenue)).body as { items: unknown }).items };
  };
  const head = async () => ((await ask('GET', '/status')).body as { head: number }).head;
  return { ask, send, figures, head };
}

/** Everything that is answered about a person, wherever the log or views are shown. */
async function answers(workplace: Workplace, url: string): Promise<string> {
  const texts: string[] = [];
  const { views } = (await (await workplace.fetch(`${url}/views`)).json()) as { views: { name: string }[] };
  const paths = ['/events?limit=1000', '/aggregates/customer/c-1/history', '/aggregates/customer/c-1', '/aggregates/contact/p-1', '/privacy/subjects/customer-c-1/export', '/audit/bundle?customer=c-1'];
  for (const path of [...paths, ...views.flatMap(({ name }) => [`/views/${name}?limit=1000`, `/views/${name}?limit=1000&asOf=${new Date().toISOString()}`])]) {
    const response = await workplace.fetch(url + path);
    expect([path, response.status]).toEqual([path, 200]);
    texts.push(await response.text());
  }
  return texts.join('\n');
}

describe('a person who is erased', () => {
  it('is in no byte of the data folder and in no answer; the log verifies, figures and other people stay, a rebuild gives the same', async () => {
    const [ada, ben] = [person(), other()];
    let url = await place.serve();
    const { send } = at(place, url);
    let { ask, figures } = at(place, url);
    for (const each of [ada, ben]) await each.live(send);
    // Recorded for the one, and really the other's.
    await send('RecordInteraction', { interactionId: 'hers', customerId: 'other-customer', channel: 'phone', direction: 'inbound', summary: ada.mark(), materials: [ada.mark()] });
    await send('AttributeInteraction', { interactionId: 'hers', customerId: 'c-1', reason: ada.mark() });
    const his = ben.mark();
    await send('RecordInteraction', { interactionId: 'his', customerId: 'c-1', channel: 'phone', direction: 'inbound', summary: his });
    await send('AttributeInteraction', { interactionId: 'his', customerId: 'other-customer', reason: 'Theirs' });
    // Enough for snapshots, and for documents that were overwritten often.
    for (let turn = 0; turn < 120; turn++) await send('RenameCustomer', { customerId: 'c-1', name: ada.mark() });
    await ask('POST', '/audit/heads');
    const before = await figures();
    // The star schema is filled, too.
    expect((await ask('POST', '/warehouse/query', { sql: 'SELECT count(*) AS n FROM dim_customer' })).body).toMatchObject({ rows: [{ n: 2 }] });
    // What is looked for can be found: views hold it while it may be known.
    expect(marksIn(place.data, ada.marks).length).toBeGreaterThan(ada.marks.length / 2);
    expect(await answers(place, url)).toContain(ada.marks[0]);
    const found = await ask('GET', `/customers?q=${encodeURIComponent(ada.marks.at(-1)!)}`);
    expect((found.body as { items: object[] }).items).toHaveLength(1);

    const first = await place.json<CertifiedErasure>('privacy', 'erase', 'c-1', '--reason', 'request', '--reference', 'ticket-7');
    expect(first.certificate).toMatchObject({ subject: 'customer-c-1', alsoKnownAs: ['lead-l1-of-c-1', 'lead-l2-of-c-1'], reason: 'request', reference: 'ticket-7', plainEvents: [] });
    expect(first.certificate.snapshotsDropped).toBeGreaterThanOrEqual(1);
    expect(first.certificate.sealedEvents).toBeGreaterThan(120);
    expect(Object.keys(first.certificate.forgotten)).toContain('customer_timeline');
    expect(first.certificate.withheldEvents).toHaveLength(1);
    expect((await ask('GET', '/views/interactions/his')).body).toMatchObject({ item: { customerId: 'other-customer', summary: his } });
    const { publicKey } = parseVerifierKey(first.publicKey!);
    expect(verify(null, Buffer.from(canonicalJson(first.certificate)), publicKey, Buffer.from(first.signature!, 'base64'))).toBe(true);
    expect(await place.json('privacy', 'erase', 'c-1', '--reason', 'objection')).toEqual(first);

    expect(marksIn(place.data, ada.marks)).toEqual([]);
    const told = await answers(place, url);
    expect(ada.marks.filter((mark) => told.includes(mark))).toEqual([]);
    const stream = await place.guanxi('stream', 'customer-c-1', '--limit', '1000');
    expect(stream.stdout).toContain('[erased]');
    writeFileSync(place.file('stream.txt'), stream.stdout);
    expect(marksIn(place.path, ada.marks)).toEqual([]);
    // What the erased person said of another is that one's own.
    expect(marksIn(place.data, ada.contactMarks.slice(0, -1)).length).toBeGreaterThan(0);
    expect(await figures()).toEqual(before);
    const refused = await ask('POST', '/commands/RenameCustomer', { customerId: 'c-1', name: 'Back again' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'person-erased' } });
    expect(await send('RecordPurchase', { purchaseId: 'late', customerId: 'c-1', amount: { amount: 1, currency: 'EUR' } })).toBeGreaterThan(0);
    const certificates = await ask('GET', '/views/erasure_certificates/customer-c-1');
    expect(certificates.body).toMatchObject({ item: { status: 'certified', certificate: first.certificate } });

    await place.stop();
    expect(marksIn(place.path, ada.marks)).toEqual([]);
    expect(await place.json('audit', 'verify')).toMatchObject({ ok: true, integrity: { ok: true }, completeness: { ok: true } });
    expect((await place.guanxi('replay', '--verify')).code).toBe(0);
    expect(marksIn(place.path, ada.marks)).toEqual([]);

    url = await place.serve();
    ({ ask, figures } = at(place, url));
    for (const view of ['customers', 'customer_360', 'customer_timeline', 'interactions', 'profile_facts']) expect((await ask('POST', `/views/${view}/rebuild`)).status).toBeLessThan(300);
    await expect(figures()).resolves.toMatchObject({ counts: { customers: { others: (before.counts['customers'] as { others: unknown }).others } } });
    expect(marksIn(place.data, ada.marks)).toEqual([]);
  }, 180_000);

  it('is erased in the end also where the server is killed at any moment meanwhile', async () => {
    const people = Array.from({ length: 4 }, (_, n) => new Person(`k-${n}`, `kp-${n}`));
    let url = await place.serve();
    for (const each of people) await each.live(at(place, url).send);
    for (const [index, { customerId, marks }] of people.entries()) {
      const asked = at(place, url).ask('POST', '/privacy/erasures', { customerId, reason: 'request' }).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, index * 20));
      await place.kill();
      await asked;
      url = await place.serve();
      const again = await at(place, url).ask('POST', '/privacy/erasures', { customerId, reason: 'request' });
      expect([again.status, (again.body as CertifiedErasure).certificate?.subject]).toEqual([200, `customer-${customerId}`]);
      expect(marksIn(place.data, marks)).toEqual([]);
    }
    await place.stop();
    expect(await place.json('audit', 'verify')).toMatchObject({ ok: true });
    expect((await place.guanxi('replay', '--verify')).code).toBe(0);
  }, 240_000);
});

describe('what is held on a person', () => {
  const [ada, ben] = [person(), other()];
  let own: Workplace;
  let url: string;
  let told: () => Promise<string>;

  beforeAll(async () => {
    own = new Workplace();
    url = await own.serve();
    told = () => answers(own, url);
    const { send } = at(own, url);
    for (const each of [ada, ben]) await each.live(send);
    await send('CaptureLead', { leadId: 'web-7', source: 'web', name: ben.mark(), company: ben.mark(), email: `${ben.mark()}@example.com`, note: ben.mark() });
    await send('DisqualifyLead', { leadId: 'web-7', reason: ben.mark() });
  }, 60_000);
  afterAll(() => own.remove());

  it('is exported whole: events, rows of views, consents, contact methods, contact persons; and nobody else', async () => {
    const { stdout } = await own.guanxi('privacy', 'export', 'c-1', '--json');
    expect([...ada.marks, ...ada.contactMarks].filter((mark) => !stdout.includes(mark))).toEqual([]);
    expect([...ben.marks, ...ben.contactMarks].filter((mark) => stdout.includes(mark))).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({ subject: 'customer-c-1', views: { contact_policy: [{ consents: [{ purpose: 'marketing', granted: false }] }] } });
    expect((await own.guanxi('privacy', 'export', 'c-1')).stdout).toContain(ada.marks[0]);
    const missing = await own.guanxi('privacy', 'export', 'c-99');
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('nobody called customer-c-99')]);
  }, 120_000);

  it('stays readable through a rotation of the master key', async () => {
    // Two customers, each with a contact person, two leads and one who is like them; and a lead.
    expect(await own.json('privacy', 'rotate')).toMatchObject({ generation: 2, rewrapped: 11, resumed: false });
    expect(await told()).toContain(ada.marks[0]);
  }, 120_000);

  it('is gone where it is of somebody who never was more than a lead, or of a contact person, who takes along what was said with both', async () => {
    const webMarks = ben.marks.slice(-5);
    const lead = await own.json<{ events: object[]; views: Record<string, object[]> }>('privacy', 'export', '--lead', 'web-7');
    expect(webMarks.filter((mark) => !JSON.stringify(lead.events).includes(mark))).toEqual([]);
    expect(lead.views).toMatchObject({ lead_board: [{ name: webMarks[0], status: 'disqualified' }] });
    expect(marksIn(own.data, webMarks).length).toBeGreaterThan(0);
    expect((await own.json<CertifiedErasure>('privacy', 'erase', '--lead', 'web-7', '--reason', 'request')).certificate).toMatchObject({ subject: 'lead-web-7', sealedEvents: 2 });
    expect(marksIn(own.data, webMarks)).toEqual([]);
    const exported = await own.json<{ events: object[]; views: Record<string, object[]> }>('privacy', 'export', '--contact', 'p-1');
    expect(JSON.stringify(exported)).toContain(ada.contactMarks[0]);
    expect(exported.views['customer_contacts']).toHaveLength(1);
    expect(exported.views['customer_360']).toBeUndefined();
    await own.json('privacy', 'erase', '--contact', 'p-1', '--reason', 'objection');
    expect(marksIn(own.data, ada.contactMarks)).toEqual([]);
    const left = await told();
    expect([...ada.contactMarks, ...webMarks].filter((mark) => left.includes(mark))).toEqual([]);
    expect(left).toContain(ada.marks[0]);
  }, 120_000);
});
