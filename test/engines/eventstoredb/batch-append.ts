import type { ServerDuplexStream } from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import rpc from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Faults } from './faults.js';
import type { Expected, Log, Outcome } from './log.js';
import { bytesOf, MAX_APPEND_BYTES, proposedFrom } from './proposals.js';
import type { Proposed } from './record.js';
import { notReady } from './status.js';

type Call = ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>;
type Options = streams.BatchAppendReq.Options;

/** Any message of `event_store.client` can be the detail of an error. */
interface Detail {
  name: string;
  bytes: Uint8Array;
}

/** `Streams/BatchAppend`: one call for many appends, each told apart by its correlation id. */
export class BatchAppend {
  constructor(
    private readonly log: Log,
    private readonly faults: Faults,
    private readonly appended: () => void,
  ) {}

  handle(call: Call): void {
    const open = new Map<string, { options: Options; events: (Proposed | undefined)[] }>();
    call.on('data', (request: streams.BatchAppendReq) => {
      const correlation = request.getCorrelationId()!.getString();
      const append = open.get(correlation) ?? { options: request.getOptions()!, events: [] };
      append.events.push(...request.getProposedMessagesList().map(proposedFrom));
      open.set(correlation, append);
      if (!request.getIsFinal()) return;
      open.delete(correlation);
      if (this.faults.notReady) call.emit('error', notReady());
      else void this.append(call, request.getCorrelationId()!, append.options, append.events);
    });
    call.on('end', () => call.end());
    // The call was broken by its client.
    call.on('error', () => call.end());
  }

  private async append(call: Call, correlation: shared.UUID, options: Options, events: (Proposed | undefined)[]): Promise<void> {
    const stream = Buffer.from(options.getStreamIdentifier()!.getStreamName_asU8()).toString();
    const answer = new streams.BatchAppendResp().setCorrelationId(correlation).setStreamIdentifier(options.getStreamIdentifier());
    const valid = events.filter((event) => event !== undefined);
    const deadline = options.getDeadline()?.toDate().getTime() ?? Infinity;
    if (stream === '' || valid.length < events.length) answer.setError(failure('BadRequest', { name: 'BadRequest', bytes: new shared.BadRequest().serializeBinary() }));
    else if (bytesOf(valid) > MAX_APPEND_BYTES) answer.setError(failure('', tooLarge()));
    else if (deadline <= Date.now()) answer.setError(failure('', timeout()));
    else if (!fill(answer, options, await this.log.append(stream, expectedBy(options), valid))) return;
    this.appended();
    await this.answer(call, answer);
  }

  private async answer(call: Call, answer: streams.BatchAppendResp): Promise<void> {
    if (this.faults.answerAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, this.faults.answerAfterMs));
    if (this.faults.takes('loseAnswers')) return;
    if (this.faults.takes('breakCalls')) return void call.emit('error', notReady());
    call.write(answer);
    if (this.faults.takes('duplicateAnswers')) call.write(answer);
  }
}

/** @returns false for an append that is never answered. */
function fill(answer: streams.BatchAppendResp, options: Options, outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'appended':
      answer.setSuccess(success(outcome.revision, outcome.position));
      return true;
    case 'wrong':
      answer.setError(failure('', wrongVersion(options, outcome.actual)));
      return true;
    case 'deleted':
      answer.setError(failure('', { name: 'StreamDeleted', bytes: new shared.StreamDeleted().setStreamIdentifier(options.getStreamIdentifier()).serializeBinary() }));
      return true;
    case 'timeout':
      answer.setError(failure('', timeout()));
      return true;
    case 'never':
      return false;
  }
}

function success(revision: number, position: number): streams.BatchAppendResp.Success {
  const at = new shared.AllStreamPosition().setCommitPosition(String(position)).setPreparePosition(String(position));
  return new streams.BatchAppendResp.Success().setCurrentRevision(String(revision)).setPosition(at);
}

function wrongVersion(options: Options, actual: number): Detail {
  const error = new shared.WrongExpectedVersion();
  if (actual < 0) error.setCurrentNoStream(new emptyPb.Empty());
  else error.setCurrentStreamRevision(String(actual));
  const expected = expectedBy(options);
  if (expected === 'any') error.setExpectedAny(new emptyPb.Empty());
  else if (expected === 'no_stream') error.setExpectedNoStream(new emptyPb.Empty());
  else if (expected === 'stream_exists') error.setExpectedStreamExists(new emptyPb.Empty());
  else error.setExpectedStreamPosition(String(expected));
  return { name: 'WrongExpectedVersion', bytes: error.serializeBinary() };
}

const timeout = (): Detail => ({ name: 'Timeout', bytes: new shared.Timeout().serializeBinary() });

const tooLarge = (): Detail => ({ name: 'MaximumAppendSizeExceeded', bytes: new shared.MaximumAppendSizeExceeded().setMaxappendsize(MAX_APPEND_BYTES).serializeBinary() });

function failure(message: string, { name, bytes }: Detail): rpc.Status {
  const details = new anyPb.Any();
  details.pack(bytes, `event_store.client.${name}`);
  return new rpc.Status().setMessage(message).setDetails(details);
}

function expectedBy(options: Options): Expected {
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return options.hasStreamPosition() ? Number(options.getStreamPosition()) : 'any';
}
