import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { TOMBSTONE, TOMBSTONE_ON_THE_WIRE, type LogRecord } from './record.js';

/** Answers to a read, as bytes. */
export function encodedEvent(record: LogRecord): Buffer {
  record.encoded ??= encode((answer) => answer.setEvent(readEvent(record)));
  return record.encoded;
}

/** A link that is resolved: the event it leads to, if there is one, and the link itself. */
export function encodedLink(link: LogRecord, target: LogRecord | undefined): Buffer {
  return encode((answer) => {
    const event = new streams.ReadResp.ReadEvent();
    if (target) event.setEvent(recorded(target));
    answer.setEvent(event.setLink(recorded(link)).setCommitPosition(String(link.position)));
  });
}

export const encodedConfirmation = (subscription: string) =>
  encode((answer) => answer.setConfirmation(new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(subscription)));

/** The server gives 0 as the prepare position of every checkpoint. */
export const encodedCheckpoint = (position: number) =>
  encode((answer) => answer.setCheckpoint(new streams.ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition('0')));

export const encodedCaughtUp = () => encode((answer) => answer.setCaughtUp(new streams.ReadResp.CaughtUp()));

export const encodedNotFound = (stream: string) =>
  encode((answer) => answer.setStreamNotFound(new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(stream))));

export function identifierOf(stream: string): shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
}

function encode(fill: (answer: streams.ReadResp) => void): Buffer {
  const answer = new streams.ReadResp();
  fill(answer);
  return Buffer.from(answer.serializeBinary());
}

function readEvent(record: LogRecord): streams.ReadResp.ReadEvent {
  return new streams.ReadResp.ReadEvent().setEvent(recorded(record)).setCommitPosition(String(record.position));
}

function recorded(record: LogRecord): streams.ReadResp.ReadEvent.RecordedEvent {
  const { id, stream, revision, position, type, contentType, created, data, metadata } = record;
  const event = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(id))
    .setStreamIdentifier(identifierOf(stream))
    .setStreamRevision(revision === TOMBSTONE ? TOMBSTONE_ON_THE_WIRE : String(revision))
    .setCommitPosition(String(position))
    .setPreparePosition(String(position))
    .setData(data)
    .setCustomMetadata(metadata);
  for (const [key, value] of Object.entries({ type, 'content-type': contentType, created })) event.getMetadataMap().set(key, value);
  return event;
}
