import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { explain } from './faults.js';

/** Who has a data folder open. What the process has not written down yet is missing. */
export interface RunningProcess {
  pid?: number;
  /** ISO 8601. */
  startedAt?: string;
  /** Where it answers HTTP, once it does. */
  url?: string;
}

export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  readonly pid: number | undefined;
  readonly url: string | undefined;

  constructor(
    readonly path: string,
    { pid, url, startedAt }: RunningProcess,
  ) {
    const who = `${pid === undefined ? 'another process' : `process ${pid}`}${startedAt ? ` since ${startedAt}` : ''}`;
    super(`Data folder ${path} is in use by ${who}. ${url ? `Use it at ${url}, or stop it` : 'Stop that process'}, or choose another data folder.`);
    this.pid = pid;
    this.url = url;
  }
}

const LOCK_FILE = 'writer.lock';
const RUNNING_FILE = 'running.json';
/** Longer than a look at the lock takes. */
const LOCK_TIMEOUT_MS = 250;

/**
 * The folder that holds everything of the embedded stores, for one process at a time. The lock is one of the operating
 * system on an SQLite file, so that it ends with its process however that ends.
 */
export class DataFolder {
  private readonly startedAt = new Date().toISOString();

  private constructor(
    readonly path: string,
    private readonly lock: DatabaseSyncInstance,
  ) {}

  /**
   * Makes the folder if it is missing, and takes its lock.
   * @throws DataFolderInUse another process, or another part of this one, has it.
   * @throws Error it cannot be made or written.
   */
  static async open(folder: string): Promise<DataFolder> {
    const path = resolve(folder);
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw new Error(`Data folder ${path} cannot be made (${(error as Error).message}). Choose another data folder.`, { cause: error });
    }
    const opened = new DataFolder(path, takeLock(path));
    try {
      opened.writeDown({});
      return opened;
    } catch (error) {
      opened.lock.close();
      throw new Error(`Data folder ${path} cannot be written (${(error as Error).message}). Make it writable, or choose another data folder.`, { cause: error });
    }
  }

  /** Who has the folder open; undefined when nobody has. */
  static async running(folder: string): Promise<RunningProcess | undefined> {
    const path = resolve(folder);
    return isLocked(path) ? readRunning(path) : undefined;
  }

  /** Tells others who look for this folder where it is served. */
  announce({ url }: { url: string }): void {
    this.writeDown({ url });
  }

  /** Gives the folder free. Close the stores in it first. */
  async close(): Promise<void> {
    if (!this.lock.isOpen) return;
    rmSync(join(this.path, RUNNING_FILE), { force: true });
    this.lock.close();
  }

  private writeDown(more: RunningProcess): void {
    const running: RunningProcess = { pid: process.pid, startedAt: this.startedAt, ...more };
    const file = join(this.path, RUNNING_FILE);
    writeFileSync(`${file}.new`, JSON.stringify(running));
    renameSync(`${file}.new`, file);
  }
}

function takeLock(path: string): DatabaseSyncInstance {
  const file = join(path, LOCK_FILE);
  let lock: DatabaseSyncInstance | undefined;
  try {
    lock = new DatabaseSync(file, { timeout: LOCK_TIMEOUT_MS });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (isBusy(error)) throw new DataFolderInUse(path, readRunning(path));
    throw explain(error, file);
  }
}

function isLocked(path: string): boolean {
  const file = join(path, LOCK_FILE);
  if (!existsSync(file)) return false;
  const lock = new DatabaseSync(file, { readOnly: true });
  try {
    lock.exec('SELECT count(*) FROM sqlite_schema');
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw explain(error, file);
  } finally {
    lock.close();
  }
}

/** What a killed process left behind is not told of the one that holds the lock now. */
function readRunning(path: string): RunningProcess {
  const file = join(path, RUNNING_FILE);
  if (!existsSync(file)) return {};
  const running = JSON.parse(readFileSync(file, 'utf8')) as RunningProcess;
  return running.pid !== undefined && isAlive(running.pid) ? running : {};
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isBusy(error: unknown): boolean {
  return (error as Error).message.includes('is locked');
}
