import { parentPort, workerData } from 'node:worker_threads';
import { openForWriting, type EventsFileOptions } from './events-file.js';
import { Gate } from '../threads.js';
import { StreamIndexer } from './stream-index.js';

export interface WriterOptions extends EventsFileOptions {
  segmentSize: number;
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
/** The first answer says that the file is open; each of the others answers one group. */
export type WriterAnswer = { indexedTo: number } | { fault: WriterFault };

/** With more complete segments than these the index is filled with every commit, otherwise when nothing else is to do. */
const LARGEST_BACKLOG = 4;
/** Two for each event keep up; two more catch up. */
const INDEX_STEPS_PER_EVENT = 4;
/** Some milliseconds of work. */
const INDEX_STEPS_WHEN_IDLE = 1000;
const IDLE_MS = 20;
const RETRY_MS = 10_000;
const CHECKPOINT_PAGES = 1000;

const { segmentSize, gate: shared, ...file } = workerData as WriterOptions & { gate: SharedArrayBuffer };
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
  const database = openForWriting(file);
  port.postMessage({ indexedTo: 0 } satisfies WriterAnswer);
  let indexer = StreamIndexer.load(database, segmentSize);
  let idle: NodeJS.Timeout | undefined;
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const walPages = database.prepare('PRAGMA wal_checkpoint(NOOP)');
  const passiveCheckpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

  port.on('message', (request: WriterRequest) => {
    clearTimeout(idle);
    gate.pass(() => (request === 'close' ? close() : answer(request)));
  });
  whenIdle(IDLE_MS);

  function answer(events: EventColumns): void {
    const fault = transaction(() => write(events));
    port.postMessage((fault ? { fault } : { indexedTo: indexer.indexedTo }) satisfies WriterAnswer);
    checkpoint();
    whenIdle(IDLE_MS);
  }

  function transaction(work: () => void): WriterFault | undefined {
    try {
      begin.run();
      work();
      commit.run();
      return undefined;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      // What a failed commit left in the file is known to the file alone.
      indexer = StreamIndexer.load(database, segmentSize);
      return faultOf(error);
    }
  }

  function write(events: EventColumns): void {
    const { firstPosition, recordedAt, streams, revisions, ids, types, schemaVersions, occurredAts, data, metadata } = events;
    if (indexer.backlog > LARGEST_BACKLOG) indexer.work(INDEX_STEPS_PER_EVENT * streams.length);
    for (let i = 0; i < streams.length; i++) {
      insert.run(firstPosition + i, streams[i], revisions[i], ids[i], types[i], schemaVersions[i], occurredAts[i], recordedAt, data[i], metadata[i]);
      indexer.add(streams[i]!, revisions[i]!, firstPosition + i);
    }
  }

  function whenIdle(afterMs: number): void {
    if (indexer.backlog > 0) idle = setTimeout(() => gate.pass(fillIndex), afterMs);
  }

  function fillIndex(): void {
    const fault = transaction(() => indexer.work(INDEX_STEPS_WHEN_IDLE));
    if (fault) process.emitWarning(`${file.path}: the index of streams could not be filled and will be later (${fault.message}).`);
    checkpoint();
    whenIdle(fault ? RETRY_MS : 0);
  }

  // A connection closes wholly when its statements are collected, at the end of the thread; readers may linger. So the
  // write-ahead log is emptied here, and the file alone holds everything.
  function close(): void {
    try {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      process.emitWarning(`${file.path}: the last checkpoint failed (${(error as Error).message}); keep ${file.path}-wal with it.`);
    }
    database.close();
    port.close();
  }

  // After the answer, so that the append that fills the write-ahead log does not wait for it.
  function checkpoint(): void {
    try {
      const { log, checkpointed } = walPages.get() as { log: number; checkpointed: number };
      if (log - checkpointed >= CHECKPOINT_PAGES) passiveCheckpoint.run();
    } catch (error) {
      // The events are safe in the write-ahead log, and the next group brings the next checkpoint.
      process.emitWarning(`${file.path}: a checkpoint failed and will be tried again (${(error as Error).message}).`);
    }
  }
}

function faultOf(error: unknown): WriterFault {
  const { message, code } = error as { message: string; code?: string };
  return { message, code };
}
