import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { atLeast, benchmark, seconds, skipped, spreadOf } from './harness.js';

const CLI = fileURLToPath(new URL('../../apps/cli/main.js', import.meta.url));
/** Node is told what `npm run guanxi` tells it. */
const { scripts } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { scripts: { guanxi: string } };
const NODE_OPTIONS = scripts.guanxi.slice(scripts.guanxi.indexOf('&&')).match(/--\S+/g) ?? [];
const CDNOW = fileURLToPath(new URL('../../../../shared/data/cdnow/CDNOW_master.txt', import.meta.url));

interface Summary {
  read: number;
  added: number;
  rejected: number;
  seconds: number;
}

export const importing = benchmark({
  name: 'import',
  summary: 'The purchases of CDNOW imported by the command line into an empty data folder.',
  options: { rows: 69_659, rounds: 3 },

  async run({ options, folder, say }) {
    if (!existsSync(CDNOW)) return skipped('../shared/data/cdnow/CDNOW_master.txt is not here');
    const file = firstRows(options.rows, folder());
    const rates: number[] = [];
    const withStart: number[] = [];
    for (let round = 0; round < options.rounds; round++) {
      const { summary, took } = await imported(file, folder());
      if (summary.read !== options.rows || summary.added !== options.rows) throw new Error(`Of ${options.rows} rows ${summary.read} were read and ${summary.added} added.`);
      rates.push(summary.read / summary.seconds);
      withStart.push(summary.read / took);
      say(`round ${round + 1} of ${options.rounds}: ${Math.round(rates.at(-1)!)} rows/s`);
    }
    const rowsPerSecond = spreadOf(rates);
    return {
      metrics: {
        rowsPerSecond,
        rowsPerSecondWithStartAndEnd: spreadOf(withStart),
        rows: options.rows,
        how: 'rowsPerSecond by the seconds that the import reports; withStartAndEnd by those from the start of its process to its end',
      },
      targets: [atLeast('rowsPerSecond.median', 15_000, rowsPerSecond.median)],
    };
  },
});

/** The whole file, or a copy of its beginning. */
function firstRows(rows: number, folder: string): string {
  const lines = readFileSync(CDNOW, 'utf8').split('\n');
  const part = join(folder, 'purchases.txt');
  writeFileSync(part, `${lines.slice(0, rows + 1).join('\n')}\n`);
  return part;
}

async function imported(file: string, data: string): Promise<{ summary: Summary; took: number }> {
  let stdout = '';
  const took = await seconds(async () => {
    const args = [...NODE_OPTIONS, CLI, 'import', 'purchases', '--format', 'cdnow', file, '--json'];
    ({ stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, GUANXI_DATA: data } }));
  });
  return { summary: JSON.parse(stdout) as Summary, took };
}
