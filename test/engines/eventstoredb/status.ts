import { Metadata, status, type StatusObject } from '@grpc/grpc-js';

/** Ends a call with a status; the trailers say which exception of the server it is. */
export class CallFailure extends Error implements Partial<StatusObject> {
  readonly metadata = new Metadata();

  constructor(
    readonly code: status,
    readonly details: string,
    trailers: Readonly<Record<string, string>> = {},
  ) {
    super(details);
    for (const [key, value] of Object.entries(trailers)) this.metadata.set(key, headerSafe(value));
  }
}

export const streamDeleted = (stream: string) =>
  new CallFailure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, { exception: 'stream-deleted', 'stream-name': stream });

export const unexpectedRead = () => new CallFailure(status.UNKNOWN, 'Unexpected ReadStreamResult: Error');

export const handlerThrew = () => new CallFailure(status.UNKNOWN, 'Exception was thrown by handler.');

export const notReady = () => new CallFailure(status.UNAVAILABLE, 'Server Is Not Ready');

export const tooSlow = () =>
  new CallFailure(status.ABORTED, 'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.', { exception: 'timeout' });

export const tooLarge = (limit: number) =>
  new CallFailure(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, { exception: 'maximum-append-size-exceeded', 'maximum-append-size': String(limit) });

export const appendTimedOut = () => new CallFailure(status.ABORTED, 'Operation timed out', { exception: 'timeout' });

export const wrongVersion = (stream: string, expected: string, actual: number) =>
  new CallFailure(status.FAILED_PRECONDITION, `Append failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${actual}`, {
    exception: 'wrong-expected-version', 'stream-name': stream, 'expected-version': expected, 'actual-version': String(actual),
  });

/** Headers carry printable ASCII. */
function headerSafe(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, encodeURIComponent);
}
