import { encodedEvent, encodedLink, encodedNotFound } from './encoding.js';
import { send, type ReadCall } from './answers.js';
import { filterOf } from './filter.js';
import type { Log } from './log.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { LogRecord } from './record.js';
import { streamDeleted, unexpectedRead } from './status.js';

type Options = streams.ReadReq.Options;

/** Answers a read that ends by itself: of a stream, or of the whole log. */
export async function answerRead(log: Log, call: ReadCall, options: Options): Promise<void> {
  const records = options.hasStream() ? streamRecords(log, options) : await logRecords(log, options);
  if (typeof records === 'string') await send(call, encodedNotFound(records));
  else await sendAll(log, call, records, options);
  call.end();
}

/** A link is followed where the reader asked for it. */
export function encodedFor(log: Log, record: LogRecord, resolvesLinks: boolean): Buffer {
  if (!resolvesLinks || record.type !== '$>') return encodedEvent(record);
  const [, revision, stream] = /^(\d+)@(.*)$/s.exec(Buffer.from(record.data).toString()) ?? [];
  return encodedLink(record, stream === undefined ? undefined : log.at(stream, Number(revision)));
}

async function sendAll(log: Log, call: ReadCall, records: Iterable<LogRecord>, options: Options): Promise<void> {
  let left = Number(options.getCount());
  for (const record of records) {
    if (left-- <= 0) return;
    if (!(await send(call, encodedFor(log, record, options.getResolveLinks())))) return;
  }
}

const goesBackwards = (options: Options) => options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;

/** @returns the name of a stream that is not there. */
function streamRecords(log: Log, options: Options): LogRecord[] | string {
  const given = options.getStream()!;
  const name = Buffer.from(given.getStreamIdentifier()!.getStreamName_asU8()).toString();
  if (log.isTombstoned(name)) throw streamDeleted(name);
  const backwards = goesBackwards(options);
  if (options.getCount() === '0' || (given.hasEnd() && !backwards)) throw unexpectedRead();
  const records = log.visible(name);
  if (!records) return name;
  const from = given.hasEnd() ? Infinity : given.hasStart() ? 0 : Number(given.getRevision());
  return backwards ? records.filter(({ revision }) => revision <= from).reverse() : records.filter(({ revision }) => revision >= from);
}

async function logRecords(log: Log, options: Options): Promise<Iterable<LogRecord>> {
  // The real server never answers this.
  if (options.getCount() === '0') return new Promise(() => undefined);
  const { wants } = filterOf(options);
  const [from, step] = [startIndex(log, options), goesBackwards(options) ? -1 : 1];
  return (function* () {
    for (let i = from; i >= 0 && i < log.committed; i += step) if (wants(log.records[i]!)) yield log.records[i]!;
  })();
}

/** Forwards a position is inclusive, backwards exclusive. */
function startIndex(log: Log, options: Options): number {
  const given = options.getAll()!;
  const backwards = goesBackwards(options);
  if (given.hasEnd()) return backwards ? log.committed - 1 : log.committed;
  const index = given.hasStart() ? 0 : indexOf(log, given.getPosition()!);
  return backwards ? index - 1 : index;
}

/** @throws CallFailure no event is at the position. Past the end is the end. */
export function indexOf(log: Log, position: streams.ReadReq.Options.Position): number {
  const [commit, prepare] = [Number(position.getCommitPosition()), Number(position.getPreparePosition())];
  if (prepare > commit) throw unexpectedRead();
  if (commit === 0) return 0;
  const index = log.indexAt(commit);
  if (commit <= log.head && log.records[index]?.position !== commit) throw unexpectedRead();
  return index;
}
