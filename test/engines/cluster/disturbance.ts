import { setTimeout as pause } from 'node:timers/promises';
import type { AppProcess } from './app-process.js';

/** Milliseconds, from … to. A process is sometimes frozen for longer than its lease lasts. */
const RUNS = [1_000, 5_000] as const;
const IS_KILLED_FOR = [0, 3_000] as const;
const IS_FROZEN_FOR = [200, 9_000] as const;

export interface Disturbed {
  kills: number;
  freezes: number;
}

/** Kills and freezes each of the processes in turns, at random moments and for random times; in the end all of them run. */
export async function disturb(processes: readonly AppProcess[], milliseconds: number): Promise<Disturbed> {
  const end = performance.now() + milliseconds;
  const done: Disturbed = { kills: 0, freezes: 0 };
  const disturbOne = async (one: AppProcess, index: number) => {
    for (let turn = index; ; turn++) {
      await pause(between(RUNS));
      if (performance.now() > end) return;
      if (turn % 2 === 0) {
        done.kills++;
        await one.kill();
        await pause(between(IS_KILLED_FOR));
        await one.restart();
      } else {
        done.freezes++;
        one.freeze();
        await pause(between(IS_FROZEN_FOR));
        one.thaw();
      }
    }
  };
  await Promise.all(processes.map(disturbOne));
  return done;
}

const between = ([from, to]: readonly [number, number]) => from + Math.random() * (to - from);
