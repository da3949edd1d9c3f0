// Threads import this: the index of the engine would bring all of it into each of them.
import { StoreUnavailable } from '../../event-sourcing/ports/event-store.js';

/** What is in the file cannot be right. Appends and reads that meet it fail; nothing is repaired by itself. */
export class DamagedStore extends Error {
  override readonly name = 'DamagedStore';
  constructor(
    readonly file: string,
    found: string,
    options?: ErrorOptions,
  ) {
    super(`${file} is damaged: ${found}. Stop, keep a copy of the data folder, and put back the last backup of this file in place of it and its -wal and -shm.`, options);
  }
}

/** By SQLite's own texts: not every error of the binding has SQLite's number. */
const UNAVAILABLE: readonly (readonly [text: string, advice: string])[] = [
  ['database or disk is full', 'the disk is full; free some space and try again, what is running needs no restart'],
  ['disk I/O error', 'reading or writing the disk failed; check the disk'],
  ['readonly database', 'it cannot be written; make the folder and the file writable'],
  ['unable to open database file', 'it cannot be opened; the data folder must exist and be writable'],
  ['permission denied', 'it may not be opened; give this user the right to read and write it'],
  ['is locked', 'another program holds it; stop that program'],
  ['out of memory', 'there is not enough memory'],
];
const DAMAGED: readonly string[] = ['database disk image is malformed', 'file is not a database'];

/** Turns an error of SQLite into one that says which file it is about and what to do. Other errors pass unchanged. */
export function explain(error: unknown, file: string): Error {
  const { code, message } = error as { code?: string; message: string };
  if (code !== 'ERR_SQLITE_ERROR') return error as Error;
  if (DAMAGED.some((text) => message.includes(text))) return new DamagedStore(file, message, { cause: error });
  const advice = UNAVAILABLE.find(([text]) => message.includes(text))?.[1] ?? 'SQLite refused';
  return new StoreUnavailable(`${file}: ${advice} (${message}).`, { cause: error });
}

/** Runs `work` and explains what it throws. */
export function explaining<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(error, file);
  }
}
