import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { benchmarks } from './benchmarks.js';
import { latenciesOf, percentile, ratio, spreadOf, type Metrics, type MetricValue, type Target } from './harness.js';
import { peersAreInstalled } from './peers.js';
import { randomNumbers, zipf } from './random.js';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

/** Every benchmark in a size that takes seconds: what it prints is looked at, not how fast it was. */
const MINIATURES: Readonly<Record<string, string>> = {
  commands: '--customers 50 --events 300 --rounds 2',
  peers: '--customers 20 --seconds 0.2 --rounds 2',
  rebuild: '--events 2000 --customers 100 --rounds 1',
  moments: '--events 2000 --customers 50 --own 50 --asked 5 --lists 1',
  loyalty: '--events 1000 --customers 50 --purchases 2000 --rounds 1',
  rehydrate: '--aggregates 2 --long 1 --rounds 1',
  growth: '--large 2000 --small 200 --appends 100 --loads 50 --rounds 2',
  visible: '--perSecond 50 --seconds 1 --customers 20',
  http: '--connections 2 --seconds 1 --rounds 1 --customers 20',
  import: '--rows 200 --rounds 1',
  engines: '--appends 100 --events 500 --customers 50 --samples 20 --rounds 1',
  audit: '--events 2000 --customers 100 --leaves 70000 --proofs 20 --rounds 2',
  warehouse: '--events 500 --customers 50 --asked 2',
  rules: '--rounds 1',
  processes: '--perSecond 50 --seconds 1 --deadlines 200 --due 50',
  privacy: '--customers 20 --commands 60 --events 200 --rounds 1',
  sales: '--deals 8 --rounds 1',
};

interface Printed {
  bench: string;
  machine: Record<string, unknown>;
  metrics: Metrics;
  targets: Target[];
}

/** Where the benchmarks have their stores. */
const temporary = mkdtempSync(join(tmpdir(), 'guanxi-bench-spec-'));

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe('npm run bench', () => {
  it('has a miniature of every benchmark', () => {
    expect(Object.keys(benchmarks).sort()).toEqual(Object.keys(MINIATURES).sort());
  });

  for (const [name, options] of Object.entries(MINIATURES)) {
    // Tests install nothing.
    const isMissing = name === 'peers' && !peersAreInstalled();
    (isMissing ? it.skip : it)(`prints one JSON object for ${name}, and leaves no files behind${isMissing ? ' [left out: nobody has installed the peers by running their benchmark]' : ''}`, async () => {
      const { stdout } = await bench(name, '--json', ...options.split(' '));
      const printed = JSON.parse(stdout) as Printed;
      expect(printed.bench).toBe(name);
      expect(Object.keys(printed.machine)).toEqual(expect.arrayContaining(['cpu', 'cores', 'memory', 'node', 'platform']));
      expect(Object.keys(printed.metrics)).not.toHaveLength(0);
      for (const { metric, op, limit, value, pass } of printed.targets) {
        expect(metricAt(printed.metrics, metric)).toBe(value);
        expect(value).toBeGreaterThan(0);
        if (value !== limit) expect(pass).toBe(op === '>=' ? value > limit : value < limit);
      }
      expect(readdirSync(temporary)).toEqual([]);
    }, 120_000);
  }

  it('prints a table for people', async () => {
    const { stdout } = await bench('commands', '--customers', '5', '--events', '20', '--rounds', '1');
    expect(stdout).toContain('ratioToRaw');
    expect(stdout).toMatch(/reached|MISSED/);
  }, 60_000);

  it('lists what there is', async () => {
    const { stdout } = await bench('--list');
    for (const name of Object.keys(benchmarks)) expect(stdout).toContain(name);
  });

  it.each([
    [['nothing'], 'There is no benchmark nothing. Benchmarks: commands'],
    [['commands', '--evnts', '5'], 'Options of commands: --json, --customers, --events, --rounds.'],
    [['commands', '--events', 'many'], '--events must be a number above 0, not "many".'],
  ])('says what to change of %j', async (args, message) => {
    await expect(bench(...args)).rejects.toMatchObject({ stdout: '', stderr: expect.stringContaining(message) });
  });
});

describe('the harness', () => {
  it('reports the median with the spread around it', () => {
    expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4, spread: 1.2, runs: 4 });
  });

  it('compares two contenders round by round', () => {
    expect(ratio([10, 40, 30], [10, 20, 10])).toMatchObject({ median: 2, min: 1, max: 3 });
  });

  it('takes percentiles by the nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(latenciesOf(values)).toEqual({ p50: 50, p90: 90, p99: 99, max: 100, count: 100 });
    expect(percentile([7], 0.99)).toBe(7);
  });

  it('draws the first of Zipf numbers as often as the law says', () => {
    const draw = zipf(1_000, 1, randomNumbers(5));
    const harmonic = Array.from({ length: 1_000 }, (_, n) => 1 / (n + 1)).reduce((sum, part) => sum + part, 0);
    const drawn = Array.from({ length: 50_000 }, draw);
    expect(drawn.filter((number) => number === 0).length / drawn.length).toBeCloseTo(1 / harmonic, 2);
    expect(Math.max(...drawn)).toBeLessThan(1_000);
  });
});

function bench(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [MAIN, ...args], { env: { ...process.env, TMPDIR: temporary, TEMP: temporary } });
}

function metricAt(metrics: Metrics, path: string): MetricValue | undefined {
  return path.split('.').reduce<MetricValue | undefined>((value, part) => (typeof value === 'object' ? value[part] : undefined), metrics);
}
