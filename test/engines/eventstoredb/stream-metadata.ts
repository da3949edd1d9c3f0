/** What the last event of `$$<stream>` says of a stream. */
export interface StreamMetadata {
  maxCount?: number;
  truncateBefore?: number;
  /** Seconds. */
  maxAge?: number;
}

const SOFT_DELETED_FROM = 2 ** 63;

/** Of a soft deleted stream every event is truncated; the server writes the largest 64-bit integer. */
export const SOFT_DELETED = '{"$tb":9223372036854775807}';

export const isSoftDeleted = ({ truncateBefore }: StreamMetadata) => truncateBefore !== undefined && truncateBefore >= SOFT_DELETED_FROM;

/** Bytes that are not the JSON of an object say nothing, as on the server. */
export function parseStreamMetadata(data: Uint8Array): StreamMetadata {
  const { $maxCount, $tb, $maxAge } = objectIn(data);
  return {
    ...(typeof $maxCount === 'number' && { maxCount: $maxCount }),
    ...(typeof $tb === 'number' && { truncateBefore: $tb }),
    ...(typeof $maxAge === 'number' && { maxAge: $maxAge }),
  };
}

function objectIn(data: Uint8Array): Record<string, unknown> {
  try {
    return (JSON.parse(Buffer.from(data).toString()) ?? {}) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
