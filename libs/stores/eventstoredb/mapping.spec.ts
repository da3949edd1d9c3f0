import streams from '@eventstore/db-client/generated/streams_pb.js';
import { describe, expect, it } from '@jest/globals';
import { ENVELOPE_BYTES, type EventFilter } from '#event-sourcing';
import { appendRequest, serverFilter } from './requests.js';
import { PositionTooLarge, positionOf, recordedEvent, storedMetadata } from './stored-event.js';

const metadata = { commandId: 'c', correlationId: 'k', actor: 'tester', source: 'test' };
const event = { id: '0190a4f0-0000-7000-8000-000000000001', type: 'Happened', schemaVersion: 3, occurredAt: '2026-01-05T12:00:00.000Z', data: '{"a":"关系"}', metadata: JSON.stringify(metadata) };
const pace = { interval: 1, window: 32 };

/** As the server would give it back. */
function stored(changes: { stream?: string; metadata?: string; data?: string; commit?: string } = {}): streams.ReadResp.ReadEvent.RecordedEvent {
  const proposed = appendRequest('1', changes.stream ?? 'shop/customer-1', -1, [event]).getProposedMessagesList()[0]!;
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(proposed.getId())
    .setStreamIdentifier(appendRequest('1', changes.stream ?? 'shop/customer-1', -1, []).getOptions()!.getStreamIdentifier())
    .setStreamRevision('7')
    .setCommitPosition(changes.commit ?? '548')
    .setData(changes.data === undefined ? proposed.getData_asU8() : Buffer.from(changes.data))
    .setCustomMetadata(changes.metadata === undefined ? proposed.getCustomMetadata_asU8() : Buffer.from(changes.metadata));
  recorded.getMetadataMap().set('type', 'Happened').set('content-type', 'application/json').set('created', '17676144001239999');
  return recorded;
}

describe('an event on the server', () => {
  it('comes back as it was appended, with the time of the server in milliseconds', () => {
    expect(recordedEvent(stored(), 'shop/')).toEqual({
      ...event, data: { a: '关系' }, metadata, stream: 'customer-1', revision: 7, position: 548, recordedAt: '2026-01-05T12:00:00.123Z',
    });
  });

  it('has its time and version beside the metadata, within the bytes that every event is counted for them', () => {
    const text = storedMetadata({ ...event, schemaVersion: Number.MAX_SAFE_INTEGER });
    expect(JSON.parse(text)).toEqual({ ...metadata, occurredAt: event.occurredAt, schemaVersion: Number.MAX_SAFE_INTEGER });
    expect(text.length - event.metadata.length).toBeLessThanOrEqual(ENVELOPE_BYTES);
    expect(JSON.parse(storedMetadata({ ...event, metadata: '{}' }))).toEqual({ occurredAt: event.occurredAt, schemaVersion: 3 });
  });

  it.each([
    ['of another installation', stored({ stream: 'other/customer-1' })],
    ['of the system', stored({ stream: '$shop/customer-1' })],
    ['without metadata', stored({ metadata: '' })],
    ['with the metadata of another program', stored({ metadata: '{"commandId":"c"}' })],
    ['with bytes as metadata', stored({ metadata: '\u0000\u0001' })],
    ['whose data is no object', stored({ data: '"text"' })],
    ['whose data is no JSON', stored({ data: '{' })],
  ])('%s is passed over', (_, other) => {
    expect(recordedEvent(other, 'shop/')).toBeUndefined();
  });

  it('is refused where its position is more than a number can hold', () => {
    expect(positionOf('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => positionOf('9007199254740993')).toThrow(PositionTooLarge);
    expect(() => recordedEvent(stored({ commit: '9223372036854775807' }), 'shop/')).toThrow(/archive/);
  });
});

describe('the filter that the server is asked for', () => {
  const cases: { filter: EventFilter | undefined; prefix: string; type?: string; stream?: string; prefixes?: string[] }[] = [
    { filter: undefined, prefix: '', stream: '^[^$]' },
    { filter: undefined, prefix: 'shop/', stream: '', prefixes: ['shop/'] },
    { filter: { categories: ['customer', 'a.b'] }, prefix: 'shop.', stream: '^shop\\.(?:customer|a\\.b)(?:-|$)' },
    { filter: { types: ['Happened', 'A (b)'] }, prefix: 'shop/', type: '^(?:Happened|A\\ \\(b\\))$' },
    { filter: { types: ['Happened'], categories: ['customer'] }, prefix: '', type: '^(?:Happened)$' },
  ];
  it.each(cases)('for $filter with the prefix "$prefix"', ({ filter, prefix, type, stream, prefixes = [] }) => {
    const options = serverFilter(filter, prefix, pace);
    expect(options.getEventType()?.getRegex()).toBe(type);
    expect(options.getStreamIdentifier()?.getRegex()).toBe(stream);
    expect((options.getEventType() ?? options.getStreamIdentifier())!.getPrefixList()).toEqual(prefixes);
  });
});
