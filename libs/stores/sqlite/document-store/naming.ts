import { DamagedStore, explain } from '../faults.js';
import { UnusableDatabase } from './database.js';

/** Says of an error of SQLite which file it is about and what to do. Other errors pass unchanged. */
export function named(error: unknown, file: string): Error {
  const explained = explain(error, file);
  if (!(explained instanceof DamagedStore)) return explained;
  return UnusableDatabase.because(file, `is damaged (${(error as Error).message})`, { cause: error });
}

/** Runs what uses the file. @throws UnusableDatabase it turns out to be damaged. @throws StoreUnavailable SQLite cannot do it now. */
export function naming<T>(file: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw named(error, file);
  }
}
