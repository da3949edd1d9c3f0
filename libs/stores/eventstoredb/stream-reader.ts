import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { BEGINNING, type Position, type RecordedEvent } from '#event-sourcing';
import type { Connection } from './connection.js';
import { isTombstone, StreamTombstoned } from './faults.js';
import { headRequest, positionRequest, streamRequest, type StreamRead } from './requests.js';
import { eventIdOf, positionOf, recordedEvent, type ServerEvent } from './stored-event.js';

/** Where an event is, whoever appended it. */
export interface EventPlace {
  id: string;
  revision: number;
  position: Position;
}

/** Reads that end by themselves: of streams, and of the end of the log. */
export class StreamReader {
  constructor(
    private readonly connection: Connection,
    private readonly prefix: string,
    private readonly timeoutMs: number,
  ) {}

  /** Pages of the engine's events. @throws StreamTombstoned @throws StoreUnavailable */
  async *pages(read: StreamRead): AsyncGenerator<readonly RecordedEvent[]> {
    yield* this.batches(streamRequest(this.onServer(read)), read.stream, (event) => recordedEvent(event, this.prefix));
  }

  /** Of every event there is, in the order asked for. */
  async places(read: StreamRead): Promise<EventPlace[]> {
    const places: EventPlace[] = [];
    for await (const batch of this.batches(streamRequest(this.onServer(read)), read.stream, placeOf)) places.push(...batch);
    return places;
  }

  async last(stream: string): Promise<EventPlace | undefined> {
    return (await this.places({ stream, backwards: true, count: 1 }))[0];
  }

  /** The engine's event at a position, if there is one. */
  async at(position: Position): Promise<RecordedEvent | undefined> {
    const there = (event: ServerEvent) => (positionOf(event.getCommitPosition()) === position ? recordedEvent(event, this.prefix) : undefined);
    for await (const [event] of this.batches(positionRequest(position), 'the log', there)) return event;
    return undefined;
  }

  /** Of the last event of the log, the system's included. */
  async head(): Promise<Position> {
    for await (const [last] of this.batches(headRequest(), 'the log', placeOf)) return last!.position;
    return BEGINNING;
  }

  private onServer(read: StreamRead): StreamRead {
    return { ...read, stream: this.prefix + read.stream };
  }

  private async *batches<T>(request: streams.ReadReq, stream: string, wanted: (event: ServerEvent) => T | undefined): AsyncGenerator<readonly T[]> {
    // A stream that is missing or soft deleted gives one message that says so.
    const messages = await this.connection.read(request, (message) => (message.hasEvent() ? wanted(message.getEvent()!.getEvent()!) : undefined));
    try {
      for (;;) {
        const taken = await messages.take(this.timeoutMs);
        if (taken.length === 0) return;
        yield taken;
      }
    } catch (error) {
      throw isTombstone(error) ? new StreamTombstoned(stream) : error;
    } finally {
      messages.cancel();
    }
  }
}

function placeOf(event: ServerEvent): EventPlace {
  return { id: eventIdOf(event), revision: Number(event.getStreamRevision()), position: positionOf(event.getCommitPosition()) };
}
