import { setTimeout as sleep } from 'node:timers/promises';
import { type Engine, type ViewStatus } from '#event-sourcing';
import { Failed } from '../terminal/exit.js';
import { progressBar } from '../terminal/progress.js';

const LOOK_EVERY_MS = 100;
const SHORT_MS = 5;

/**
 * Waits until views hold the whole log as it is now.
 * @returns those that stay behind, each with the reason: it is paused, or it failed.
 * @throws Failed views are not fed at all.
 */
export async function catchUp(engine: Engine): Promise<Map<string, string>> {
  const head = await engine.events.head();
  const bar = progressBar('Views');
  try {
    for (;;) {
      const { views, trouble } = await engine.projector.status();
      const behind = views.filter((view) => isBehind(view, head));
      const moving = behind.filter((view) => hindrance(view) === undefined);
      if (moving.length === 0) return new Map(behind.map((view) => [view.view, hindrance(view)!]));
      if (trouble !== undefined) throw new Failed(`Views are not fed: ${trouble}.`);
      bar.update(Math.min(...moving.map(({ position }) => position)), head, `${moving.length} of ${views.length} views behind`);
      await Promise.all([sleep(SHORT_MS), ...moving.map(({ view }) => engine.projector.reaches(view, head, LOOK_EVERY_MS))]);
    }
  } finally {
    bar.end();
  }
}

/** The same, for those who need all of these views. @throws Failed one of them stays behind. */
export async function catchUpWith(engine: Engine, views: readonly string[]): Promise<void> {
  const behind = await catchUp(engine);
  for (const view of views) {
    const reason = behind.get(view);
    if (reason !== undefined) throw new Failed(reason);
  }
}

function isBehind({ position, state }: ViewStatus, head: number): boolean {
  return position < head || state === 'stale' || state === 'catching-up';
}

/** Why a view that is behind stays behind. */
function hindrance({ view, state, error, building }: ViewStatus): string | undefined {
  if (state === 'paused') return `${view} is paused and does not hold all events. guanxi resume ${view} feeds it again.`;
  if (state === 'failed') return `${view} stopped: ${error}. Correct its cause, then guanxi resume ${view}, or rebuild it.`;
  return building?.error === undefined ? undefined : `${view} could not be built: ${building.error}`;
}
