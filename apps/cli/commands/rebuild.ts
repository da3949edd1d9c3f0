import { setTimeout as sleep } from 'node:timers/promises';
import { type Command } from 'commander';
import { type ViewStatus } from '#event-sourcing';
import { type Access } from '../access/access.js';
import { invocationOf, withAccess } from '../invocation.js';
import { Failed, WrongUsage } from '../terminal/exit.js';
import { progressBar } from '../terminal/progress.js';

/** Most views take milliseconds, some take minutes: it looks again at first soon, then less and less often. */
const FIRST_LOOK_MS = 5;
const LOOK_EVERY_MS = 100;

interface Rebuilt {
  view: string;
  version: number;
  generation: number;
  seconds: number;
}

export function addRebuild(program: Command): void {
  program
    .command('rebuild')
    .description('fills a view anew beside the one that answers, and swaps when it has caught up')
    .argument('[view]', 'the view')
    .option('--all', 'every view, one after the other')
    .action(async (view: string | undefined, { all }: { all?: boolean }, command: Command) => {
      if ((view === undefined) === (all !== true)) throw new WrongUsage('Name a view, or give --all.');
      const { configuration, output } = invocationOf(command);
      await withAccess(configuration, async (access) => {
        const views = view === undefined ? (await access.views()).map(({ name }) => name) : [view];
        const rebuilt: Rebuilt[] = [];
        for (const name of views) rebuilt.push(await rebuild(access, name));
        await output.answer(all ? rebuilt : rebuilt[0], () => rebuilt.map((each) => `${each.view} is rebuilt (generation ${each.generation}, ${each.seconds} s).`).join('\n'));
      });
    });
}

/** Resolves when the new filling answers. @throws Failed a fold failed on the way; the old filling answers on. */
async function rebuild(access: Access, view: string): Promise<Rebuilt> {
  const started = performance.now();
  await access.rebuild(view);
  const bar = progressBar(`Rebuilding ${view}`);
  try {
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(2 * wait, LOOK_EVERY_MS)) {
      const { status, head } = await statusOf(access, view);
      if (status.building?.error !== undefined) throw new Failed(`${status.building.error}. The former ${view} answers on.`);
      if (!status.building) {
        const { version, generation } = status;
        return { view, version, generation, seconds: Math.round(performance.now() - started) / 1_000 };
      }
      bar.update(status.building.position, head);
      await sleep(wait);
    }
  } finally {
    bar.end();
  }
}

async function statusOf(access: Access, view: string): Promise<{ status: ViewStatus; head: number }> {
  const { views, head } = await access.status();
  return { status: views.find((status) => status.view === view)!, head };
}
