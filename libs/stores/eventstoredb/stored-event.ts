import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { EventMetadata, Position, RecordedEvent } from '#event-sourcing';
import type { EncodedEvent } from '../input.js';

export type ServerEvent = streams.ReadResp.ReadEvent.RecordedEvent;

/** Beside the engine's metadata lie the business time and the version, for which the server has no place of its own. */
interface StoredMetadata extends EventMetadata {
  occurredAt: string;
  schemaVersion: number;
}

/** The log has grown over what a number can count exactly. */
export class PositionTooLarge extends Error {
  override readonly name = 'PositionTooLarge';
  constructor(position: string) {
    super(`The event store is at position ${position}; beyond ${Number.MAX_SAFE_INTEGER} positions are not exact any more. Go on with a new event store and archive this one.`);
  }
}

/** The metadata of an event as the server keeps it, as JSON. */
export function storedMetadata({ metadata, occurredAt, schemaVersion }: EncodedEvent): string {
  const own = `"occurredAt":"${occurredAt}","schemaVersion":${schemaVersion}}`;
  return metadata === '{}' ? `{${own}` : `${metadata.slice(0, -1)},${own}`;
}

/** @throws PositionTooLarge */
export function positionOf(commit: string): Position {
  const position = Number(commit);
  if (!Number.isSafeInteger(position)) throw new PositionTooLarge(commit);
  return position;
}

export const eventIdOf = (event: ServerEvent) => event.getId()!.getString();

export const streamOf = (event: ServerEvent) => Buffer.from(event.getStreamIdentifier()!.getStreamName_asU8()).toString();

/**
 * The event as the engine knows it; undefined for what another program put into the store, or for a stream that does
 * not begin with the prefix.
 */
export function recordedEvent(event: ServerEvent, prefix: string): RecordedEvent | undefined {
  const name = streamOf(event);
  if (!name.startsWith(prefix) || name.startsWith('$')) return undefined;
  const header = event.getMetadataMap();
  if (header.get('content-type') !== 'application/json') return undefined;
  const stored = objectIn(event.getCustomMetadata_asU8());
  if (!isStoredMetadata(stored)) return undefined;
  const data = objectIn(event.getData_asU8());
  if (data === undefined) return undefined;
  const { occurredAt, schemaVersion, ...metadata } = stored;
  return {
    id: eventIdOf(event),
    type: header.get('type')!,
    schemaVersion,
    stream: name.slice(prefix.length),
    revision: Number(event.getStreamRevision()),
    position: positionOf(event.getCommitPosition()),
    occurredAt,
    // 100 ns since 1970, more digits than a number has.
    recordedAt: new Date(Number(header.get('created')!.slice(0, -4))).toISOString(),
    data,
    metadata,
  };
}

function isStoredMetadata(value: object | undefined): value is StoredMetadata {
  const { commandId, occurredAt, schemaVersion } = (value ?? {}) as Partial<StoredMetadata>;
  return typeof commandId === 'string' && typeof occurredAt === 'string' && Number.isSafeInteger(schemaVersion);
}

/** Undefined for bytes that are not the JSON of an object: they are not of this engine. */
function objectIn(bytes: Uint8Array): object | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return typeof value === 'object' && value !== null ? value : undefined;
}
