/** An event as the server keeps it. */
export interface LogRecord {
  position: number;
  stream: string;
  /** {@link TOMBSTONE} for the event that ends a stream. */
  revision: number;
  id: string;
  type: string;
  contentType: string;
  data: Uint8Array;
  metadata: Uint8Array;
  /** 100 ns since 1970. */
  created: string;
  /** The answer that carries it, encoded once for all readers. */
  encoded?: Buffer;
}

export type Proposed = Pick<LogRecord, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

/** In place of a revision; on the wire the largest 64-bit integer. */
export const TOMBSTONE = Number.MAX_SAFE_INTEGER;
export const TOMBSTONE_ON_THE_WIRE = '9223372036854775807';

export const metastreamOf = (stream: string) => `$$${stream}`;
export const isMetastream = (stream: string) => stream.startsWith('$$');
