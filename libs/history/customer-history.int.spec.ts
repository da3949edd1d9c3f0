import { plainToInstance } from 'class-transformer';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contexts, publishDefaultPolicies } from '#composition';
import { counting, Engine, withContext, withdraw, type CommandContext, type RecordedEvent } from '#event-sourcing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { customerHistory, exported, type CustomerHistory, type HistoryEntry } from './index.js';

let engine: Engine;

const send = (name: string, fields: object, context: CommandContext = {}) =>
  engine.commands.execute(withContext(plainToInstance(engine.commands.byName(name)!.command as new () => object, fields), { actor: 'grace', source: 'http', ...context }));

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const evil = '=HYPERLINK("http://evil")<script>alert(1)</script>';

/** Everything that can become of an event. */
async function lived(): Promise<void> {
  await send('RegisterCustomer', { customerId: 'c1', kind: 'person', name: 'Li' }, { commandId: '0190a8f2-0000-7000-8000-000000000001' });
  await send('RegisterCustomer', { customerId: 'c2', kind: 'person', name: 'Li Wei' });
  await send('RenameCustomer', { customerId: 'c1', name: evil }, { actor: 'ada', causationId: '0190a8f2-0000-7000-8000-000000000001' });
  await send('RecordPurchase', { purchaseId: 'p1', customerId: 'c1', amount: eur(100), occurredAt: '2024-03-01T10:00:00.000Z' });
  await send('CorrectPurchase', { purchaseId: 'p1', amount: eur(150), reason: 'A slip of the pen' });
  await send('RecordPurchase', { purchaseId: 'p2', customerId: 'c1', amount: eur(7), occurredAt: '2024-04-01T10:00:00.000Z' });
  const purchase: RecordedEvent[] = [];
  for await (const page of engine.events.readStream('purchase-p2')) purchase.push(...page);
  await withdraw(engine.aggregates, engine.aggregate('purchase')!, 'p2', { revisions: counting(purchase).map(({ revision }) => revision), reason: 'Typed twice' }, { actor: 'ada' });
  await send('MergeCustomers', { customerId: 'c1', intoCustomerId: 'c2', reason: 'The same telephone' });
}

const one = ({ entries }: CustomerHistory, type: string, at = 0): HistoryEntry => entries.filter((entry) => entry.type === type)[at]!;

beforeEach(async () => {
  engine = new Engine({ contexts, events: new MemoryEventStore(), documents: new MemoryDocumentStore() });
  await engine.start();
  await publishDefaultPolicies(engine);
  await lived();
});

afterEach(() => engine.stop());

describe('the history of a customer', () => {
  it('has every event of every stream that is about the customer, in the order of recording', async () => {
    const history = (await customerHistory(engine, 'c1'))!;
    expect(history.entries.map(({ type }) => type)).toEqual(['CustomerRegistered', 'CustomerRenamed', 'PurchaseRecorded', 'PurchaseCorrected', 'PurchaseRecorded', 'EventsWithdrawn', 'CustomersMerged']);
    const both = (await customerHistory(engine, 'c2'))!;
    expect(both.sameAs.sort()).toEqual(['c1', 'c2']);
    expect(both.entries.map(({ type, customerId }) => [type, customerId])).toContainEqual(['CustomerRegistered', 'c2']);
    expect(both.entries).toHaveLength(8);
    expect(await customerHistory(engine, 'nobody')).toBeUndefined();
  });

  it('tells who, how, by which command and why, and what led to what', async () => {
    const history = (await customerHistory(engine, 'c1'))!;
    const [registered, renamed] = [one(history, 'CustomerRegistered'), one(history, 'CustomerRenamed')];
    expect(renamed).toMatchObject({ actor: 'ada', source: 'http', command: 'RenameCustomer', cause: registered.id, depth: 1 });
    expect(registered).toMatchObject({ effects: [renamed.id], depth: 0, policies: { lifecycle: 1, loyalty: 1 } });
  });

  it('names with each event the versions of all policies that were in force then, of those that were known', async () => {
    await send('PublishDunningPolicy', { dunningpolicyId: 'default', levels: [{ afterDays: 3, tone: 'firm' }] });
    await send('DefineInteractionPolicy', { interactionpolicyId: 'default', effectiveFrom: '2024-02-01T00:00:00.000Z', rules: { modes: [{ tier: 'top', channels: ['visit'], contactsPerYear: 4, service: 'A person of their own' }] } });
    await send('RenameCustomer', { customerId: 'c2', name: 'Li Ping' });
    await send('RecordPurchase', { purchaseId: 'p3', customerId: 'c2', amount: eur(5), occurredAt: '2024-01-01T10:00:00.000Z' });
    const { entries } = (await customerHistory(engine, 'c2'))!;
    const atStart = { lifecycle: 1, loyalty: 1, dunning: 1, 'sales-process/eight-steps': 1 };
    expect(entries[0]!.policies).toEqual(atStart);
    // Of today: dunning as it was published last. Of January 2024: before either.
    expect(entries.slice(-2).map(({ policies }) => policies)).toEqual([{ ...atStart, dunning: 2, interaction: 1 }, atStart]);
  });

  it('shows what a correction changed, and what it said before', async () => {
    const { changes } = one((await customerHistory(engine, 'c1'))!, 'PurchaseCorrected');
    expect(changes).toContainEqual(expect.objectContaining({ path: expect.stringMatching(/amount\.amount$/), before: 100, after: 150 }));
  });

  it('says what was withdrawn and what counts for another', async () => {
    const history = (await customerHistory(engine, 'c1'))!;
    expect(one(history, 'PurchaseRecorded', 1)).toMatchObject({ standing: 'withdrawn', withdrawn: { by: 'ada', reason: 'Typed twice' } });
    expect(one(history, 'PurchaseRecorded')).toMatchObject({ standing: 'merged', customerId: 'c1', countsFor: 'c2' });
    expect(one(history, 'CustomerRegistered')).toMatchObject({ standing: 'set-aside' });
    await send('UnmergeCustomers', { customerId: 'c1', reason: 'Twins' });
    expect(one((await customerHistory(engine, 'c1'))!, 'PurchaseRecorded')).toMatchObject({ standing: 'counts' });
  });
});

describe('a history that leaves the program', () => {
  it('as CSV has a row for each event and no formula for a spreadsheet', async () => {
    const history = (await customerHistory(engine, 'c1'))!;
    const rows = parse<Record<string, string>>(exported(history, 'csv'), { columns: true, bom: true });
    expect(rows).toHaveLength(history.entries.length);
    const cells = rows.flatMap((row) => Object.values(row));
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(rows[1]).toMatchObject({ type: 'CustomerRenamed', actor: 'ada', changes: expect.stringContaining('name: "Li" →') });
  });

  it('as JSON lines has an entry on each', async () => {
    const history = (await customerHistory(engine, 'c1'))!;
    const lines = exported(history, 'jsonl').trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual(JSON.parse(JSON.stringify(history.entries)));
    expect(JSON.parse(exported(history, 'json'))).toEqual(JSON.parse(JSON.stringify(history)));
  });

  it('as a page shows what was said as text, whatever it was', async () => {
    const page = exported((await customerHistory(engine, 'c1'))!, 'html');
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toMatch(/counts for c2/);
    expect(page).toMatch(/withdrawn .* by ada: Typed twice/);
  });
});
