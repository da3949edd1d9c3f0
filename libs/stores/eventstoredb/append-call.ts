import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { AppendTooLarge, NO_REVISION, StoreUnavailable, type AppendResult } from '#event-sourcing';
import type { EncodedEvent } from '../input.js';
import type { BatchAppendCall, Connection } from './connection.js';
import { StreamTombstoned } from './faults.js';
import { appendRequest } from './requests.js';
import { positionOf } from './stored-event.js';

/** Events for one stream at an exact revision, {@link NO_REVISION} for none. */
export interface ExactAppend {
  stream: string;
  expected: number;
  events: readonly EncodedEvent[];
}

/** The stream is at another revision, {@link NO_REVISION} for none, and holds other events at that place. */
export class Misfit extends Error {
  constructor(readonly actual: number) {
    super(`The stream is at ${actual}.`);
  }
}

/** There was no answer: the events may be stored or not. */
export class OutcomeUnknown extends StoreUnavailable {}

/** The server is well and gave the append up: as a rule because another process sent the same one at the same moment. */
export class NotCommittedInTime extends OutcomeUnknown {}

interface Pending {
  append: ExactAppend;
  resolve: (result: AppendResult) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/**
 * The one call that carries all appends, to whatever streams, without waiting for one another; the server takes them in
 * the order in which they were given.
 */
export class AppendCall {
  private call: Promise<BatchAppendCall> | undefined;
  private readonly pending = new Map<string, Pending>();

  constructor(
    private readonly connection: Connection,
    private readonly timeoutMs: number,
  ) {}

  /**
   * @throws Misfit @throws AppendTooLarge @throws StreamTombstoned
   * @throws OutcomeUnknown no answer came, or the call broke.
   * @throws Error the call could not be made.
   */
  send(append: ExactAppend): Promise<AppendResult> {
    const id = randomUUID();
    const answer = new Promise<AppendResult>((resolve, reject) => {
      const timer = setTimeout(() => this.settle(id)?.reject(new OutcomeUnknown(`An append to ${append.stream} was not answered within ${this.timeoutMs} ms.`)), this.timeoutMs);
      this.pending.set(id, { append, resolve, reject, timer });
    });
    this.opened()
      .then((call) => void (this.pending.has(id) && call.write(appendRequest(id, append.stream, append.expected, append.events))))
      .catch((error: Error) => this.settle(id)?.reject(error));
    return answer;
  }

  private opened(): Promise<BatchAppendCall> {
    this.call ??= this.open();
    return this.call;
  }

  private open(): Promise<BatchAppendCall> {
    const opening = this.connection.batchAppend().then((call) => {
      call.on('data', (answer: streams.BatchAppendResp) => this.take(answer));
      call.on('error', (error: Error) => this.broke(opening, error));
      call.on('end', () => this.broke(opening, new OutcomeUnknown('EventStoreDB ended the call that carries appends.')));
      return call;
    });
    opening.catch(() => this.forget(opening));
    return opening;
  }

  private forget(call: Promise<BatchAppendCall>): void {
    if (this.call === call) this.call = undefined;
  }

  /** A broken call leaves every append on it without an answer. */
  private broke(call: Promise<BatchAppendCall>, error: Error): void {
    if (this.call !== call) return;
    this.call = undefined;
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(error);
  }

  private take(answer: streams.BatchAppendResp): void {
    // An answer that comes after its time, or a second time, finds nobody.
    const pending = this.settle(answer.getCorrelationId()!.getString());
    if (!pending) return;
    const success = answer.getSuccess();
    try {
      if (!success) pending.reject(refusalIn(answer, pending.append));
      else pending.resolve({ revision: Number(success.getCurrentRevision()), position: positionOf(success.getPosition()!.getCommitPosition()) });
    } catch (error) {
      pending.reject(error as Error);
    }
  }

  private settle(id: string): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    clearTimeout(pending?.timer);
    return pending;
  }
}

function refusalIn(answer: streams.BatchAppendResp, { stream, events }: ExactAppend): Error {
  const error = answer.getError()!;
  const details = error.getDetails()!;
  const name = details.getTypeName();
  switch (name) {
    case 'event_store.client.WrongExpectedVersion': {
      const wrong = details.unpack((bytes) => shared.WrongExpectedVersion.deserializeBinary(bytes), name)!;
      return new Misfit(wrong.hasCurrentStreamRevision() ? Number(wrong.getCurrentStreamRevision()) : NO_REVISION);
    }
    case 'event_store.client.StreamDeleted':
      return new StreamTombstoned(stream);
    case 'event_store.client.MaximumAppendSizeExceeded':
      return new AppendTooLarge(stream, events.reduce((sum, { data, metadata }) => sum + Buffer.byteLength(data) + Buffer.byteLength(metadata), 0));
    case 'event_store.client.Timeout':
      return new NotCommittedInTime(`EventStoreDB did not commit an append to ${stream} in time.`);
    case 'event_store.client.AccessDenied':
      return new StoreUnavailable(`EventStoreDB does not let this user append to ${stream}. Check the user of the connection string and the access list of the stream.`);
    default:
      return new OutcomeUnknown(`EventStoreDB answered an append to ${stream} with ${name} ${error.getMessage()}.`);
  }
}
