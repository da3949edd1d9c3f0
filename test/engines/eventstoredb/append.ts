import type { sendUnaryData, ServerReadableStream, ServiceError } from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Expected, Log, Outcome } from './log.js';
import { bytesOf, MAX_APPEND_BYTES, proposedFrom } from './proposals.js';
import { appendTimedOut, handlerThrew, streamDeleted, tooLarge } from './status.js';

type Options = streams.AppendReq.Options;

/** `Streams/Append`: one append for each call. */
export function handleAppend(log: Log, call: ServerReadableStream<streams.AppendReq, streams.AppendResp>, answer: sendUnaryData<streams.AppendResp>): void {
  let options: Options | undefined;
  const messages: streams.AppendReq.ProposedMessage[] = [];
  call.on('data', (request: streams.AppendReq) => {
    if (request.hasOptions()) options = request.getOptions();
    else messages.push(request.getProposedMessage()!);
  });
  call.on('end', () => {
    append(log, options!, messages).then((response) => answer(null, response), (error: Error) => answer(error as ServiceError));
  });
}

/** Expected revision of an append or a deletion. */
export function expectedBy(options: Pick<Options, 'hasNoStream' | 'hasStreamExists' | 'hasRevision' | 'getRevision'>): Expected {
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return options.hasRevision() ? Number(options.getRevision()) : 'any';
}

async function append(log: Log, options: Options, messages: readonly streams.AppendReq.ProposedMessage[]): Promise<streams.AppendResp> {
  const stream = Buffer.from(options.getStreamIdentifier()!.getStreamName_asU8()).toString();
  const events = messages.map(proposedFrom).filter((event) => event !== undefined);
  if (stream === '' || events.length < messages.length) throw handlerThrew();
  if (bytesOf(events) > MAX_APPEND_BYTES) throw tooLarge(MAX_APPEND_BYTES);
  return responseTo(options, stream, await log.append(stream, expectedBy(options), events));
}

function responseTo(options: Options, stream: string, outcome: Outcome): streams.AppendResp | Promise<never> {
  switch (outcome.kind) {
    case 'appended': {
      const position = new streams.AppendResp.Position().setCommitPosition(String(outcome.position)).setPreparePosition(String(outcome.position));
      return new streams.AppendResp().setSuccess(new streams.AppendResp.Success().setCurrentRevision(String(outcome.revision)).setPosition(position));
    }
    case 'wrong':
      return new streams.AppendResp().setWrongExpectedVersion(wrongVersion(options, outcome.actual));
    case 'deleted':
      throw streamDeleted(stream);
    case 'timeout':
      throw appendTimedOut();
    case 'never':
      return new Promise(() => undefined);
  }
}

function wrongVersion(options: Options, actual: number): streams.AppendResp.WrongExpectedVersion {
  const error = new streams.AppendResp.WrongExpectedVersion();
  if (actual < 0) error.setCurrentNoStream(new shared.Empty());
  else error.setCurrentRevision(String(actual));
  const expected = expectedBy(options);
  if (expected === 'any') return error.setExpectedAny(new shared.Empty());
  if (expected === 'no_stream') return error.setExpectedNoStream(new shared.Empty());
  if (expected === 'stream_exists') return error.setExpectedStreamExists(new shared.Empty());
  return error.setExpectedRevision(String(expected));
}
