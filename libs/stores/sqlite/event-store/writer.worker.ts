import { parentPort, workerData } from 'node:worker_threads';
import { openForWriting, type EventsFileOptions } from './events-file.js';
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

/** Twice as fast as events come, so that a segment is indexed before the next is complete. */
const INDEX_ENTRIES_PER_EVENT = 2;
const CHECKPOINT_PAGES = 1000;

const { segmentSize, ...file } = workerData as WriterOptions;
const port = parentPort!;

try {
  serve();
} catch (error) {
  port.postMessage({ fault: faultOf(error) } satisfies WriterAnswer);
}

function serve(): void {
  const database = openForWriting(file);
  let indexer = StreamIndexer.load(database, segmentSize);
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const walPages = database.prepare('PRAGMA wal_checkpoint(NOOP)');
  const passiveCheckpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

  port.on('message', (request: WriterRequest) => {
    if (request === 'close') {
      close();
      return;
    }
    try {
      write(request);
      port.postMessage({ indexedTo: indexer.indexedTo } satisfies WriterAnswer);
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      port.postMessage({ fault: faultOf(error) } satisfies WriterAnswer);
      // What a failed commit left in the file is known to the file alone.
      indexer = StreamIndexer.load(database, segmentSize);
    }
    checkpoint();
  });
  port.postMessage({ indexedTo: indexer.indexedTo } satisfies WriterAnswer);

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

  function write(events: EventColumns): void {
    const { firstPosition, recordedAt, streams, revisions, ids, types, schemaVersions, occurredAts, data, metadata } = events;
    begin.run();
    for (let i = 0; i < streams.length; i++) {
      insert.run(firstPosition + i, streams[i], revisions[i], ids[i], types[i], schemaVersions[i], occurredAts[i], recordedAt, data[i], metadata[i]);
    }
    const sliceCommitted = indexer.writeSlice(INDEX_ENTRIES_PER_EVENT * streams.length);
    commit.run();
    sliceCommitted();
    for (let i = 0; i < streams.length; i++) indexer.add(streams[i]!, revisions[i]!, firstPosition + i);
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
