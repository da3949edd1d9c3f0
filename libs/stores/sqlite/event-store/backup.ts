import { once } from 'node:events';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { startThread } from '../threads.js';

/**
 * Copies the log of a data folder, as it is at one moment, into a new file that can take its place. Reading is all that
 * it does, so that any process may, whoever has the folder and appends to it meanwhile.
 * @throws Error the new file exists or cannot be written.
 */
export async function backUpLog(fromFile: string, toFile: string): Promise<void> {
  const unfinished = `${toFile}.new`;
  try {
    if (existsSync(toFile)) throw new Error('it already exists');
    rmSync(unfinished, { force: true });
    const { worker } = startThread(new URL('./backup.worker.js', import.meta.url), { from: fromFile, to: unfinished });
    await once(worker, 'exit');
    renameSync(unfinished, toFile);
  } catch (error) {
    throw new Error(`${fromFile} could not be copied to ${toFile} (${(error as Error).message}). Give a new file in a folder with enough space.`, { cause: error });
  }
}
