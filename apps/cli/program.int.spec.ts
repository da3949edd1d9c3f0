import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './program.js';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'guanxi-program-'));
const file = (name: string) => join(folder, name);
let stdout: string;
let stderr: string;

/** Runs the command line inside this process. */
async function guanxi(...args: string[]): Promise<number> {
  stdout = '';
  stderr = '';
  return run(['--data', file('data'), ...args]);
}

beforeEach(() => {
  // What waits for a text to be written is called back; nothing reaches the real streams.
  const into = (take: (text: string) => void) => (text: string | Uint8Array, done?: unknown) => {
    take(String(text));
    if (typeof done === 'function') (done as () => void)();
    return true;
  };
  jest.spyOn(process.stdout, 'write').mockImplementation(into((text) => (stdout += text)));
  jest.spyOn(process.stderr, 'write').mockImplementation(into((text) => (stderr += text)));
});

afterEach(() => {
  jest.restoreAllMocks();
});

beforeAll(() => {
  writeFileSync(file('rows.txt'), '00001 19970101 1 11.77\n00002 19970112 1 12.00\n00002 19970212 5 77.00\n');
  writeFileSync(file('empty.txt'), '');
  writeFileSync(file('wrong.json'), '{"fields":{"purchaseId":{"colum":"Id"}}}');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('Before there are data', () => {
  it('the command line makes no data folder only to look into it', async () => {
    expect(await guanxi('status')).toBe(1);
    expect(stderr).toMatch(/^guanxi: There is no data in .* yet\. Start Guanxi \(npm start\) or import something/);
  });

  it.each<[string[], number, RegExp]>([
    [['import', 'purchases', '--format', 'cdnow', 'none.txt'], 1, /none\.txt cannot be read: there is no such file/],
    [['import', 'purchases', '--format', 'cdnow', folder], 1, /is a folder; name a text file/],
    [['import', 'purchases', '--format', 'cdnow', file('empty.txt')], 1, /empty\.txt is empty/],
    [['import', 'purchases', 'x.csv', '--mapping', 'none.json'], 1, /The mapping .*none\.json cannot be read/],
    [['import', 'purchases', 'x.csv', '--mapping', file('empty.txt')], 1, /The mapping .* cannot be read/],
    [['import', 'purchases', 'x.csv', '--mapping', file('wrong.json')], 1, /the field purchaseId: property colum should not exist/],
    [['import', 'purchases', 'x.csv'], 2, /Give --mapping, a JSON file such as .*, or --format/],
    [['import', 'customers', 'x.csv', '--format', 'cdnow'], 2, /is for purchases; give --mapping for customers/],
    [['import', 'things', 'x.csv', '--format', 'cdnow'], 2, /Allowed choices are customers, interactions, purchases/],
    [['import', 'purchases', 'x.csv', '--format', 'excel'], 2, /Allowed choices are cdnow, cdnow-sample, baskets/],
    [['import', 'purchases'], 2, /missing required argument 'file'/],
    [['import', 'purchases', '--format', 'cdnow', file('rows.txt'), '--data', file('rows.txt')], 1, /Choose another data folder/],
  ])('%j says in one line what is wrong', async (args, code, message) => {
    expect(await guanxi(...args)).toBe(code);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^guanxi: [^\n]+\n(\(guanxi import --help tells what there is\)\n)?$/);
  });
});

describe('After an import', () => {
  beforeAll(async () => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true).mockImplementation(((_: string, done?: () => void) => (done?.(), true)) as typeof process.stdout.write);
    if ((await run(['--data', file('data'), 'import', 'purchases', '--format', 'cdnow', file('rows.txt')])) !== 0) throw new Error('The import failed.');
  });

  it('the status is told as a table', async () => {
    expect(await guanxi('status')).toBe(0);
    expect(stdout).toMatch(/which no server has open; the log ends at position \d+\.\n┌/);
    expect(stdout).toMatch(/│ loyalty +│/);
  });

  it('rows that are left are told of, and how to go on', async () => {
    expect(await guanxi('views', 'purchases', '--limit', '2')).toBe(0);
    expect(stdout).toContain('cdnow-00002-19970112-1');
    expect(stdout).not.toContain('cdnow-00002-19970212-1');
    expect(stderr).toMatch(/There are more: --cursor \S+, or --all\.\n$/);
    expect(await guanxi('stream', '--all', '--limit', '2')).toBe(0);
    expect(stderr).toMatch(/These are the first 2; there may be more: --after \d+\.\n$/);
  });

  it('all rows of a view come as one array, or line by line', async () => {
    expect(await guanxi('views', 'purchases', '--all', '--json')).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(3);
    expect(await guanxi('views', 'purchases', '--all', '--lines')).toBe(0);
    expect(stdout.trimEnd().split('\n').map((line) => (JSON.parse(line) as { _id: string })._id)).toEqual(['cdnow-00001-19970101-1', 'cdnow-00002-19970112-1', 'cdnow-00002-19970212-1']);
  });

  it('a row is told field by field', async () => {
    expect(await guanxi('views', 'customers', 'cdnow-00001')).toBe(0);
    expect(stdout).toMatch(/│ name +│ CDNOW customer 00001 +│/);
    expect(await guanxi('views', 'customers', 'nobody')).toBe(1);
    expect(stderr).toBe('guanxi: customers has no row "nobody".\n');
  });

  it('the past is told as rows, as one row and as a report', async () => {
    expect(await guanxi('views', 'purchases', '--all', '--json', '--as-of', '1997-01-31')).toBe(0);
    expect((JSON.parse(stdout) as { _id: string }[]).map(({ _id }) => _id)).toEqual(['cdnow-00001-19970101-1', 'cdnow-00002-19970112-1']);
    expect(await guanxi('views', 'lifecycle', 'cdnow-00002', '--json', '--as-of', '1997-01-31', '--policies-as-of', '2020-01-01')).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ stage: 'first_purchase' });
    expect(await guanxi('views', 'lifecycle', '--report', 'stage_counts', '--json', '--as-of', '1997-03-01')).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ customers: 2 });
    expect(await guanxi('views', 'purchases', '--all', '--json', '--known-at', '2001-01-01')).toBe(0);
    expect(JSON.parse(stdout)).toEqual([]);
  });

  it('what would be by a policy in a file is told customer by customer, with the reason', async () => {
    const policy = { command: 'PublishLifecyclePolicy', lifecyclepolicyId: 'default', rules: { developing: { purchaseDays: 2 }, loyal: { purchaseDays: 3, withinDays: 9 }, atRisk: { afterDays: 30_000 }, dormant: { afterDays: 30_001 }, lost: { afterDays: 30_002 }, wonBack: { forDays: 1 } } };
    writeFileSync(file('policy.json'), JSON.stringify(policy));
    expect(await guanxi('what-if', 'lifecycle', '--policy', file('policy.json'), '--json')).toBe(0);
    const { items } = JSON.parse(stdout) as { items: { _id: string; changes: unknown; because: { after: { rule: string } } }[] };
    expect(items.map(({ _id, changes, because }) => [_id, changes, because.after.rule])).toEqual([
      ['cdnow-00001', [{ path: 'stage', before: 'lost', after: 'first_purchase' }], 'firstPurchase'], ['cdnow-00002', [{ path: 'stage', before: 'lost', after: 'developing' }], 'developing'],
    ]);
    expect(await guanxi('what-if', 'lifecycle', '--policy', file('policy.json'), '--all')).toBe(0);
    expect(stdout).toMatch(/cdnow-00001 +│ stage: lost → first_purchase +│ rule: lost → firstPurchase/);
  });

  it('processes and messages are told of, and nothing is done about them', async () => {
    for (const [args, words] of [[['processes'], /│ followupreminder +│ 0 /], [['processes', 'deadlines'], /^No deadline is set\./], [['processes', 'attention', '--process', 'followupreminder'], /^Nothing waits for anybody\./], [['outbox', '--status', 'dead'], /^There are no such messages\./]] as const) {
      expect([await guanxi(...args), stdout]).toEqual([0, expect.stringMatching(words)]);
    }
    for (const [args, words] of [[['processes', 'retry', 'nothing', 'x'], /There is no process nothing\. Processes: .*followupreminder/], [['processes', 'retry', 'followupreminder', 'x'], /followupreminder-x is not stuck/], [['outbox', 'retry', 'x'], /There is no message x/]] as const) {
      expect([await guanxi(...args), stderr]).toEqual([1, expect.stringMatching(words)]);
    }
  });

  it('a document that does not wait is not said to go on', async () => {
    expect([await guanxi('dead-letters', 'retry', 'customers', 'nobody'), stdout]).toEqual([1, '']);
    expect(stderr).toBe('guanxi: No document "nobody" of customers waits; guanxi dead-letters list customers tells which do.\n');
  });

  it('an aggregate is told event by event', async () => {
    expect(await guanxi('replay', 'customer', 'cdnow-00001')).toBe(0);
    expect(stdout).toMatch(/CustomerRegistered.*name: CDNOW customer 00001/s);
    expect(stdout).not.toMatch(/: (\[\]|\{\})/);
  });

  it('a paused view answers from what it has, is told of by those who need all of it, and goes on when it is resumed', async () => {
    expect(await guanxi('pause', 'purchases', '--json')).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ view: 'purchases', state: 'paused' });
    writeFileSync(file('more.txt'), '00003 19970101 1 1.00\n');
    expect(await guanxi('import', 'purchases', '--format', 'cdnow', file('more.txt'))).toBe(1);
    expect(stderr).toContain('purchases is paused and does not hold all events. guanxi resume purchases feeds it again.');
    expect(await guanxi('views', 'customers', 'cdnow-00003', '--json')).toBe(0);
    expect(await guanxi('views', 'purchases', '--all', '--json')).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(3);
    expect(stderr).toMatch(/^purchases is paused and does not hold all events\..* This is what it has\.\n$/);
    expect(await guanxi('resume', 'purchases')).toBe(0);
    expect(stdout).toMatch(/^purchases is live, at position \d+\.\n$/);
    expect(await guanxi('views', 'purchases', 'cdnow-00003-19970101-1', '--json')).toBe(0);
  });

  it.each<[string[], RegExp]>([
    [['views', 'nothing'], /There is no view nothing\. Views: /],
    [['views', 'customers', '--filter', '{'], /filter is not JSON/],
    [['views', 'customers', '--sort', 'a b'], /sort is a list of fields/],
    [['views', 'customers', '--sort', '-colour'], /customers has no field "colour"\. Its fields: _id, /],
    [['views', 'customers', '--limit', '0'], /It must be a whole number from 1/],
    [['views', 'customers', '--cursor', 'x'], /The cursor is not one of this service/],
    [['views', 'customers', 'c1', '--all'], /are for lists/],
    [['views', '--all'], /Name the view/],
    [['views', 'customers', 'c1', '--report', 'x'], /A report is about all rows/],
    [['views', 'customers', '--all', '--limit', '3'], /--all goes without --limit/],
    [['views', 'customers', '--all', '--lines', '--json'], /Give --json or --lines, not both/],
    [['views', 'customers', '--as-of', '2999-01-01'], /asOf 2999-\S+ lies in the future/],
    [['views', 'customers', 'c1', '--known-at', '2999-01-01'], /knownAt 2999-\S+ lies in the future/],
    [['access', 'who-could-see', 'c1', '--as-of', '2999-01-01'], /lies in the future/],
    [['what-if', 'lifecycle', '--policy', file('empty.txt')], /is not JSON/],
    [['what-if', 'customers', '--policy', file('wrong.json')], /fields" is unknown|each policy names the command/],
    [['what-if', 'lifecycle'], /required option '--policy <file>' not specified/],
    [['rebuild'], /Name a view, or give --all/],
    [['rebuild', 'nothing'], /There is no view nothing/],
    [['pause', 'nothing'], /There is no view nothing/],
    [['resume'], /missing required argument 'view'/],
    [['stream'], /Name a stream, such as customer-42, or give --all/],
    [['stream', 'customer-1', '--after', '3'], /go with --all/],
    [['stream', '--all', '--backwards'], /are for one stream/],
    [['replay', 'customer'], /Name an aggregate and its id/],
    [['replay', 'customer', '1', '--verify'], /--verify is about views/],
    [['replay', 'nothing', '1'], /There is no kind of aggregate "nothing"\. Kinds: .*customer/],
    [['replay', '--verify', '--views', ','], /It must be one name or several/],
    [['status', 'loyalty'], /too many arguments/],
    [['status', '--bogus'], /unknown option/],
    [['frobnicate'], /unknown command/],
  ])('%j is wrong usage, and says why', async (args, message) => {
    expect(await guanxi(...args)).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^guanxi: [^\n]+\n(\(guanxi (\S+ )*--help tells what there is\)\n)?$/);
  });
});
