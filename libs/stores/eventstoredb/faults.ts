import { StoreUnavailable } from '#event-sourcing';

/** A stream was tombstoned on the server: it can never be read or appended to again. */
export class StreamTombstoned extends Error {
  override readonly name = 'StreamTombstoned';
  constructor(readonly stream: string) {
    super(`Stream ${stream} was tombstoned on the server. Nothing can be read from it or appended to it any more; use another id.`);
  }
}

/** An error of a gRPC call. */
interface CallError extends Error {
  code?: number;
  details?: string;
  metadata?: { getMap(): Record<string, unknown> };
}

const [ABORTED, PERMISSION_DENIED, UNAUTHENTICATED] = [10, 7, 16];
/** CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE: the connection or the node, not the request. */
const OF_THE_CONNECTION: readonly number[] = [1, 4, 8, ABORTED, 13, 14];
/** The call never left this process. */
const NOT_SENT = /No connection established|Failed to discover|Name resolution failed/;

const exceptionOf = (error: unknown) => (error as CallError).metadata?.getMap?.()['exception']?.toString();

export const isTombstone = (error: unknown) => exceptionOf(error) === 'stream-deleted';

/** The server lets go of a live subscriber that is a little behind; it happens in every burst. */
export const isDrop = (error: unknown) => (error as CallError).code === ABORTED;

export const wasNeverSent = (error: unknown) => NOT_SENT.test(error instanceof Error ? error.message : '');

/** What the port says of an error of the client. What is no matter of the connection passes unchanged. */
export function explain(error: unknown, hosts: string): Error {
  const { code, message } = error as CallError;
  if (error instanceof StoreUnavailable) return error;
  if (code === PERMISSION_DENIED || code === UNAUTHENTICATED) {
    return new StoreUnavailable(`EventStoreDB at ${hosts} refuses this user (${message}). Check the user and password of the connection string and the user's rights.`, { cause: error });
  }
  const ofTheConnection = exceptionOf(error) === 'not-leader' || wasNeverSent(error) || (code !== undefined && OF_THE_CONNECTION.includes(code));
  return ofTheConnection ? new StoreUnavailable(`EventStoreDB at ${hosts} cannot be reached (${message}).`, { cause: error }) : (error as Error);
}
