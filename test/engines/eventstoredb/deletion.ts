import type { sendUnaryData, ServerUnaryCall, ServiceError } from '@grpc/grpc-js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { expectedBy } from './append.js';
import type { Expected, Log } from './log.js';
import { streamDeleted, wrongVersion } from './status.js';

/** `Streams/Delete`: a soft deletion. */
export function handleDelete(log: Log, { request }: ServerUnaryCall<streams.DeleteReq, streams.DeleteResp>, answer: sendUnaryData<streams.DeleteResp>): void {
  const options = request.getOptions()!;
  const stream = nameIn(options);
  const deletion = async () => {
    checkRevision(log, stream, expectedBy(options), { mayBeMissing: false });
    const position = String(await log.softDelete(stream));
    return new streams.DeleteResp().setPosition(new streams.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position));
  };
  deletion().then((response) => answer(null, response), (error: Error) => answer(error as ServiceError));
}

/** `Streams/Tombstone`: the end of a stream, also of one that was never there. */
export function handleTombstone(log: Log, { request }: ServerUnaryCall<streams.TombstoneReq, streams.TombstoneResp>, answer: sendUnaryData<streams.TombstoneResp>): void {
  const options = request.getOptions()!;
  const stream = nameIn(options);
  const tombstone = async () => {
    checkRevision(log, stream, expectedBy(options), { mayBeMissing: true });
    const position = String(await log.tombstone(stream));
    return new streams.TombstoneResp().setPosition(new streams.TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position));
  };
  tombstone().then((response) => answer(null, response), (error: Error) => answer(error as ServiceError));
}

/** How this RPC writes what was expected. */
const IN_NUMBERS = { any: -2, no_stream: -1, stream_exists: -4 } as const;

function checkRevision(log: Log, stream: string, expected: Expected, { mayBeMissing }: { mayBeMissing: boolean }): void {
  if (log.isTombstoned(stream)) throw streamDeleted(stream);
  const actual = log.lastRevision(stream);
  const number = typeof expected === 'number' ? expected : IN_NUMBERS[expected];
  const fits = expected === 'any' || (expected === 'stream_exists' ? actual >= 0 : number === actual);
  if (!fits || (actual < 0 && !mayBeMissing)) throw wrongVersion(stream, String(number), actual);
}

function nameIn(options: { getStreamIdentifier(): { getStreamName_asU8(): Uint8Array } | undefined }): string {
  return Buffer.from(options.getStreamIdentifier()!.getStreamName_asU8()).toString();
}
