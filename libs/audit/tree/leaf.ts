import { configure } from 'safe-stable-stringify';
import { type RecordedEvent } from '#event-sourcing';
import { leafHash } from './hashes.js';

/** An event as it is stored: every field of the log, before any upcaster, and nothing else. */
export type StoredFields = Omit<RecordedEvent, 'commandId'>;

/** The stored fields of an event; adapters may give objects that compute some of them when asked. */
export function storedFields({ id, type, schemaVersion, stream, revision, position, occurredAt, recordedAt, data, metadata }: RecordedEvent): StoredFields {
  return { id, type, schemaVersion, stream, revision, position, occurredAt, recordedAt, data, metadata };
}

const stringify = configure({ deterministic: true, circularValue: Error });

/**
 * A JSON value as canonical JSON (RFC 8785). Halves of surrogate pairs, which that has no form for and stores may hold,
 * are escaped as ECMAScript does.
 */
export function canonicalJson(value: object): string {
  return stringify(value);
}

/** Hash of an event's leaf: of its stored fields as canonical JSON. */
export function leafOf(event: RecordedEvent): Buffer {
  return leafHash(canonicalJson(storedFields(event)));
}
