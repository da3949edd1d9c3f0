import { once } from 'node:events';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { CallFailure } from './status.js';

export type ReadCall = ServerWritableStream<streams.ReadReq, Buffer>;

/** Messages that are handed to the connection before the server waits for its reader. */
const UNSENT_AT_MOST = 64;

/** Ends a call with an error; those that are no status are the server's own. */
export function fail(call: ReadCall, error: unknown): void {
  if (!(error instanceof CallFailure)) throw error;
  call.emit('error', error);
}

/** Waits where the reader is slower than the server. @returns false once the call is over. */
export async function send(call: ReadCall, bytes: Buffer): Promise<boolean> {
  if (isOver(call)) return false;
  if (call.write(bytes) || call.writableLength < UNSENT_AT_MOST) return true;
  const over = new AbortController();
  const drained = once(call, 'drain', { signal: over.signal }).catch(() => undefined);
  const cancelled = once(call, 'cancelled', { signal: over.signal }).catch(() => undefined);
  await Promise.race([drained, cancelled]);
  over.abort();
  return !isOver(call);
}

/** Cancelled by its reader, or ended here. */
export const isOver = (call: ReadCall) => call.cancelled || call.destroyed || call.writableEnded;
