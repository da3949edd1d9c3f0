import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import timestampPb from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { NO_REVISION, type EventFilter, type Position } from '#event-sourcing';
import { storedMetadata } from './stored-event.js';
import type { EncodedEvent } from '../input.js';

/**
 * The server compares the deadline with its own clock and has a shorter limit of its own: clocks that disagree must not
 * refuse appends.
 */
const DEADLINE_MS = 86_400_000;

/** Events that the server examines between two signs of how far it is. */
export interface CheckpointPace {
  interval: number;
  window: number;
}

export interface StreamRead {
  stream: string;
  /** Inclusive; undefined for the first forwards and the last backwards. */
  from?: number | undefined;
  backwards: boolean;
  /** Events at the most. */
  count: number;
}

/** One append, at an exact revision: {@link NO_REVISION} for a stream without events. */
export function appendRequest(correlationId: string, stream: string, expected: number, events: readonly EncodedEvent[]): streams.BatchAppendReq {
  const options = new streams.BatchAppendReq.Options()
    .setStreamIdentifier(identifierOf(stream))
    .setDeadline(timestampPb.Timestamp.fromDate(new Date(Date.now() + DEADLINE_MS)));
  if (expected === NO_REVISION) options.setNoStream(new emptyPb.Empty());
  else options.setStreamPosition(String(expected));
  return new streams.BatchAppendReq()
    .setCorrelationId(new shared.UUID().setString(correlationId))
    .setOptions(options)
    .setProposedMessagesList(events.map(proposed))
    .setIsFinal(true);
}

export function streamRequest({ stream, from, backwards, count }: StreamRead): streams.ReadReq {
  const given = new streams.ReadReq.Options.StreamOptions().setStreamIdentifier(identifierOf(stream));
  if (from !== undefined) given.setRevision(String(from));
  else if (backwards) given.setEnd(new shared.Empty());
  else given.setStart(new shared.Empty());
  return requestWith(readOptions(backwards).setStream(given).setCount(String(count)).setNoFilter(new shared.Empty()));
}

/** The last event of the whole log. */
export function headRequest(): streams.ReadReq {
  const all = new streams.ReadReq.Options.AllOptions().setEnd(new shared.Empty());
  return requestWith(readOptions(true).setAll(all).setCount('1').setNoFilter(new shared.Empty()));
}

/** The event at a position, or where there is none the next one. */
export function positionRequest(position: Position): streams.ReadReq {
  const given = new streams.ReadReq.Options.Position().setCommitPosition(String(position)).setPreparePosition(String(position));
  const all = new streams.ReadReq.Options.AllOptions().setPosition(given);
  return requestWith(readOptions(false).setAll(all).setCount('1').setNoFilter(new shared.Empty()));
}

/** Everything after a position that passes the filter, and then what is appended. */
export function subscriptionRequest(after: Position, filter: streams.ReadReq.Options.FilterOptions): streams.ReadReq {
  const all = new streams.ReadReq.Options.AllOptions();
  if (after > 0) all.setPosition(new streams.ReadReq.Options.Position().setCommitPosition(String(after)).setPreparePosition(String(after)));
  else all.setStart(new shared.Empty());
  return requestWith(readOptions(false).setAll(all).setSubscription(new streams.ReadReq.Options.SubscriptionOptions()).setFilter(filter));
}

/**
 * The server filters by type or by stream, not by both: what it lets through is filtered again here. Streams of the
 * system never pass.
 */
export function serverFilter(filter: EventFilter | undefined, prefix: string, { interval, window }: CheckpointPace): streams.ReadReq.Options.FilterOptions {
  const options = new streams.ReadReq.Options.FilterOptions().setMax(window).setCheckpointintervalmultiplier(interval);
  const expression = new streams.ReadReq.Options.FilterOptions.Expression();
  // By types also where others share the server: many views read at once, each a few types, and the server would send each of them everything.
  if (filter?.types) return options.setEventType(expression.setRegex(`^(?:${filter.types.map(quoted).join('|')})$`));
  if (filter?.categories) return options.setStreamIdentifier(expression.setRegex(`^${quoted(prefix)}(?:${filter.categories.map(quoted).join('|')})(?:-|$)`));
  return options.setStreamIdentifier(prefix === '' ? expression.setRegex('^[^$]') : expression.setPrefixList([prefix]));
}

const quoted = (text: string) => text.replace(/[\\^$.*+?()[\]{}|#\s]/g, '\\$&');

function readOptions(backwards: boolean): streams.ReadReq.Options {
  const { FORWARDS, BACKWARDS } = streams.ReadReq.Options.ReadDirection;
  return new streams.ReadReq.Options()
    .setReadDirection(backwards ? BACKWARDS : FORWARDS)
    .setResolveLinks(false)
    .setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(new shared.Empty()));
}

const requestWith = (options: streams.ReadReq.Options) => new streams.ReadReq().setOptions(options);

const identifierOf = (stream: string) => new shared.StreamIdentifier().setStreamName(Buffer.from(stream));

function proposed(event: EncodedEvent): streams.BatchAppendReq.ProposedMessage {
  const message = new streams.BatchAppendReq.ProposedMessage()
    .setId(new shared.UUID().setString(event.id))
    .setData(Buffer.from(event.data))
    .setCustomMetadata(Buffer.from(storedMetadata(event)));
  message.getMetadataMap().set('type', event.type);
  message.getMetadataMap().set('content-type', 'application/json');
  return message;
}
