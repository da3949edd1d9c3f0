import { type Engine, type ViewStatus } from '#event-sourcing';
import { Failed } from '../terminal/exit.js';
import { progressBar } from '../terminal/progress.js';

const LOOK_EVERY_MS = 100;

/**
 * Waits until views hold the whole log as it is now.
 * @throws Failed a view cannot go on: it failed, or is paused.
 */
export async function catchUp(engine: Engine, names: readonly string[] = engine.projector.names()): Promise<void> {
  const head = await engine.events.head();
  const bar = progressBar('Views');
  try {
    for (;;) {
      const { views, trouble } = await engine.projector.status();
      const behind = views.filter((view) => names.includes(view.view) && isBehind(view, head));
      if (behind.length === 0) return;
      if (trouble !== undefined) throw new Failed(`Views are not fed: ${trouble}.`);
      behind.forEach(refuseToWait);
      const slowest = Math.min(...behind.map(({ position }) => position));
      bar.update(slowest, head, `${names.length - behind.length} of ${names.length} views up to date`);
      await Promise.all(behind.map(({ view }) => engine.projector.reaches(view, head, LOOK_EVERY_MS)));
    }
  } finally {
    bar.end();
  }
}

function isBehind({ position, state }: ViewStatus, head: number): boolean {
  return position < head || state === 'stale';
}

function refuseToWait({ view, state, error, building }: ViewStatus): void {
  if (state === 'paused') throw new Failed(`${view} is paused and does not hold all events. Resume it.`);
  if (state === 'failed') throw new Failed(`${view} stopped: ${error}. Correct its cause, then rebuild it.`);
  if (building?.error !== undefined) throw new Failed(`${view} could not be built: ${building.error}`);
}
