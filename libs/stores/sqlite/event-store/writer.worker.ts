import { parentPort, workerData } from 'node:worker_threads';
import { Gate } from '../threads.js';
import { openEvents, openIndex } from './files.js';
import { StreamIndexer } from './stream-index.js';

export interface WriterOptions {
  eventsFile: string;
  indexFile: string;
  maxBytes?: number;
  segmentSize: number;
  /** No reader has the index open yet. */
  mayReplaceIndex: boolean;
}

/** Events with consecutive positions, one array for each column: that crosses between threads at the least cost. */
export interface EventColumns {
  firstPosition: number;
  recordedAt: string;
  streams: string[];
  revisions: number[];
  ids: string[];
  types: string[];
  schemaVersions: number[];
  occurredAts: string[];
  data: string[];
  metadata: string[];
}

export type WriterRequest = EventColumns | 'close';
/** What is said of an error: error objects of SQLite do not cross between threads whole. */
export interface WriterFault {
  message: string;
  code?: string;
}
/** The first answer says that the files are open; each of the others answers one group. */
export type WriterAnswer = { indexedTo: number } | { fault: WriterFault };

/** Two for each event keep up; two more catch up. */
const INDEX_STEPS_PER_EVENT = 4;
/** Some milliseconds of work. */
const INDEX_STEPS_WHEN_IDLE = 1000;
const IDLE_MS = 20;
const RETRY_MS = 10_000;
const CHECKPOINT_PAGES = 1000;

const { eventsFile, indexFile, maxBytes, segmentSize, mayReplaceIndex, gate: shared } = workerData as WriterOptions & { gate: SharedArrayBuffer };
const gate = new Gate(shared);
const port = parentPort!;

gate.pass(() => {
  try {
    serve();
  } catch (error) {
    port.postMessage({ fault: faultOf(error) } satisfies WriterAnswer);
  }
});

function serve(): void {
  const events = openEvents(eventsFile, maxBytes);
  const index = openIndex(indexFile, events, { mayReplace: mayReplaceIndex });
  let indexer = new StreamIndexer(events, index, segmentSize);
  let idle: NodeJS.Timeout | undefined;
  const begin = events.prepare('BEGIN IMMEDIATE');
  const commit = events.prepare('COMMIT');
  const insert = events.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const walPages = events.prepare('PRAGMA wal_checkpoint(NOOP)');
  const passiveCheckpoint = events.prepare('PRAGMA wal_checkpoint(PASSIVE)');

  port.on('message', (request: WriterRequest) => {
    clearTimeout(idle);
    gate.pass(() => (request === 'close' ? close() : answer(request)));
  });
  port.postMessage({ indexedTo: indexer.indexedTo } satisfies WriterAnswer);
  whenIdle(IDLE_MS);

  /** What else is due comes after the answer, so that no append waits for it. */
  function answer(group: EventColumns): void {
    try {
      write(group);
      port.postMessage({ indexedTo: indexer.indexedTo } satisfies WriterAnswer);
    } catch (error) {
      if (events.isTransaction) events.exec('ROLLBACK');
      port.postMessage({ fault: faultOf(error) } satisfies WriterAnswer);
      // What a failed commit left in the file is known to the file alone.
      indexer = new StreamIndexer(events, index, segmentSize);
    }
    checkpoint(CHECKPOINT_PAGES);
    if (indexer.isLate) fillIndex(INDEX_STEPS_PER_EVENT * group.streams.length);
    whenIdle(IDLE_MS);
  }

  function write({ firstPosition, recordedAt, streams, revisions, ids, types, schemaVersions, occurredAts, data, metadata }: EventColumns): void {
    begin.run();
    for (let i = 0; i < streams.length; i++) {
      insert.run(firstPosition + i, streams[i], revisions[i], ids[i], types[i], schemaVersions[i], occurredAts[i], recordedAt, data[i], metadata[i]);
    }
    commit.run();
    for (let i = 0; i < streams.length; i++) indexer.add({ stream: streams[i]!, revision: revisions[i]!, position: firstPosition + i, id: ids[i]! });
  }

  function whenIdle(afterMs: number): void {
    idle = setTimeout(() => gate.pass(idleWork), afterMs);
  }

  function idleWork(): void {
    if (indexer.hasWork) whenIdle(fillIndex(INDEX_STEPS_WHEN_IDLE) ? 0 : RETRY_MS);
    // Readers need not look into the write-ahead log then.
    else checkpoint(1);
  }

  /** @returns whether it could be done. Without the index the log is as safe as with it; the tail becomes longer. */
  function fillIndex(steps: number): boolean {
    try {
      indexer.work(steps);
      return true;
    } catch (error) {
      if (index.isTransaction) index.exec('ROLLBACK');
      process.emitWarning(`${indexFile} could not be filled and will be later (${(error as Error).message}).`);
      indexer = new StreamIndexer(events, index, segmentSize);
      return false;
    }
  }

  function checkpoint(pages: number): void {
    try {
      const { log, checkpointed } = walPages.get() as { log: number; checkpointed: number };
      if (log - checkpointed >= pages) passiveCheckpoint.run();
    } catch (error) {
      // The events are safe in the write-ahead log, and the next group brings the next checkpoint.
      process.emitWarning(`${eventsFile}: a checkpoint failed and will be tried again (${(error as Error).message}).`);
    }
  }

  // A connection closes wholly when its statements are collected, at the end of the thread; readers may linger. So the
  // write-ahead logs are emptied here, and the files alone hold everything.
  function close(): void {
    for (const database of [events, index]) {
      try {
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      } catch (error) {
        process.emitWarning(`The last checkpoint failed (${(error as Error).message}); keep ${database.location()}-wal with its file.`);
      }
      database.close();
    }
    port.close();
  }
}

function faultOf(error: unknown): WriterFault {
  const { message, code } = error as { message: string; code?: string };
  return { message, code };
}
