import { openEngine, type Configuration } from '#composition';
import { type Engine } from '#event-sourcing';
import { DataFolderInUse } from '#stores/sqlite';
import { Failed } from '../terminal/exit.js';
import { lineLog } from '../terminal/line-log.js';

/**
 * The engine for as long as the work takes; the first Ctrl-C ends it in good order. Views are fed after the work: in the
 * same process, both at once take longer than one after the other.
 * @param what needs it, for people. @throws Failed another process has the data folder.
 */
export async function withEngine(configuration: Configuration, what: string, work: (engine: Engine, signal: AbortSignal) => Promise<void>): Promise<void> {
  const opened = await open(configuration, what);
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await work(opened.engine, interrupted.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await opened.close();
  }
}

async function open(configuration: Configuration, what: string) {
  try {
    return await openEngine(configuration, { log: lineLog, project: false });
  } catch (error) {
    if (!(error instanceof DataFolderInUse)) throw error;
    const instead = error.url === undefined ? '' : `, or send commands to ${error.url}/commands`;
    throw new Failed(`${what} needs the data folder ${error.path} for itself, and process ${error.pid ?? 'unknown'} has it. Stop that process and run it again${instead}.`, { cause: error });
  }
}
