import { AppendTooLarge, ENVELOPE_BYTES, MAX_APPEND_BYTES, NO_REVISION, type EventToAppend, type ExpectedRevision } from '#event-sourcing';

/** An event whose data and metadata are JSON texts. */
export interface EncodedEvent extends Omit<EventToAppend, 'data' | 'metadata'> {
  data: string;
  metadata: string;
}

/** Something was asked of a store that no store could do. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UTC_MILLISECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
// Halves of surrogate pairs do not survive UTF-8; control characters do not survive people.
// oxlint-disable-next-line no-control-regex
const UNFIT_IN_NAMES = /[\u0000-\u001f\u007f]|\p{Surrogate}/u;
const MAX_BYTES_OF_A_UTF16_UNIT = 3;

/**
 * What every adapter asks of an append before it goes to the store.
 * @throws InvalidInput no events, or a part that is not what the port says; the message names the part.
 * @throws AppendTooLarge the events together are over {@link MAX_APPEND_BYTES}.
 */
export function encodeAppend(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): EncodedEvent[] {
  checkName('stream name', stream);
  if (!['none', 'exists', 'any'].includes(expected as string)) checkInteger('expected revision', expected, NO_REVISION);
  if (events.length === 0) throw new InvalidInput(`An append to ${stream} has no events; give at least one.`);
  const encoded = events.map(encode);
  checkSize(stream, encoded);
  return encoded;
}

/** @throws InvalidInput the value is not an integer from `min`. Undefined passes. */
export function checkInteger(what: string, value: number | string | undefined, min: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && Number(value) >= min)) return;
  throw new InvalidInput(`The ${what} must be an integer from ${min}, not ${value}.`);
}

function encode(event: EventToAppend): EncodedEvent {
  const { id, type, schemaVersion, occurredAt } = event;
  if (typeof id !== 'string' || !UUID.test(id)) throw new InvalidInput(`Event id ${String(id)} must be a UUID in lower case.`);
  checkName('event type', type);
  checkInteger(`schemaVersion of event ${id}`, schemaVersion, 1);
  if (typeof occurredAt !== 'string' || !UTC_MILLISECONDS.test(occurredAt)) {
    throw new InvalidInput(`occurredAt ${occurredAt} of event ${type} ${id} must look like 2026-01-31T12:00:00.000Z.`);
  }
  return { id, type, schemaVersion, occurredAt, data: asJson('data', event), metadata: asJson('metadata', event) };
}

function checkName(what: string, name: string): void {
  if (typeof name !== 'string' || name === '') throw new InvalidInput(`The ${what} must be a text that is not empty.`);
  if (UNFIT_IN_NAMES.test(name)) {
    throw new InvalidInput(`The ${what} ${JSON.stringify(name)} must have no control characters and no halves of surrogate pairs.`);
  }
}

function asJson(part: 'data' | 'metadata', event: EventToAppend): string {
  const value: unknown = event[part];
  if (typeof value !== 'object' || value === null) throw notJson(part, event, `it is ${value === null ? 'null' : typeof value}, not an object`);
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw notJson(part, event, (error as Error).message, error);
  }
}

function notJson(part: string, event: EventToAppend, why: string, cause?: unknown): InvalidInput {
  return new InvalidInput(`The ${part} of event ${event.type} ${event.id} cannot be stored as JSON: ${why}.`, { cause });
}

function checkSize(stream: string, events: readonly EncodedEvent[]): void {
  const envelopes = events.length * ENVELOPE_BYTES;
  let units = 0;
  for (const { data, metadata } of events) units += data.length + metadata.length;
  if (envelopes + units * MAX_BYTES_OF_A_UTF16_UNIT <= MAX_APPEND_BYTES) return;
  let bytes = envelopes;
  for (const { data, metadata } of events) bytes += Buffer.byteLength(data) + Buffer.byteLength(metadata);
  if (bytes > MAX_APPEND_BYTES) throw new AppendTooLarge(stream, bytes);
}
