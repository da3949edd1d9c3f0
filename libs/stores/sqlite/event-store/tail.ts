import type { Position } from '#event-sourcing';
import { endOfSegment } from './stream-index.js';

/**
 * A part of the log. Each event has its place in it, and at its place its revision and the place of the event before it
 * in its stream: appending makes no objects, which at many thousand events a second the garbage collector would feel.
 */
interface Segment {
  begin: Position;
  end: Position;
  /** Place of each stream's latest event. */
  latest: Map<string, number>;
  revisions: Float64Array;
  previous: Int32Array;
}

const NO_PLACE = -1;

/** Where the events lie that the stream index does not have yet. Segments are dropped as the index takes them over. */
export class Tail {
  /** The oldest first. */
  private readonly segments: Segment[] = [];

  constructor(private readonly segmentSize: number) {}

  add(stream: string, revision: number, position: Position): void {
    const { begin, latest, revisions, previous } = this.segmentOf(position);
    const place = position - begin;
    revisions[place] = revision;
    previous[place] = latest.get(stream) ?? NO_PLACE;
    latest.set(stream, place);
  }

  dropUntil(indexedTo: Position): void {
    while (this.segments.length > 0 && this.segments[0]!.end <= indexedTo) this.segments.shift();
  }

  lastRevision(stream: string): number | undefined {
    for (let i = this.segments.length - 1; i >= 0; i--) {
      const { latest, revisions } = this.segments[i]!;
      const place = latest.get(stream);
      if (place !== undefined) return revisions[place];
    }
    return undefined;
  }

  /** Revision of the stream's first event that is not indexed; undefined when all are. */
  firstRevision(stream: string): number | undefined {
    const segment = this.segments.find(({ latest }) => latest.has(stream));
    return segment && placesOf(segment, stream).reduce((_, place) => segment.revisions[place]!, 0);
  }

  /** Positions of the stream's events from one revision to another, both inclusive, as far as they are in the tail. */
  positions(stream: string, from: number, to: number): Position[] {
    return this.segments.flatMap((segment) => {
      const { begin, revisions } = segment;
      const wanted = placesOf(segment, stream).filter((place) => revisions[place]! >= from && revisions[place]! <= to);
      return wanted.reverse().map((place) => begin + place);
    });
  }

  private segmentOf(position: Position): Segment {
    const last = this.segments.at(-1);
    if (last && position <= last.end) return last;
    const end = endOfSegment(position, this.segmentSize);
    const size = end - position + 1;
    const segment = { begin: position, end, latest: new Map<string, number>(), revisions: new Float64Array(size), previous: new Int32Array(size) };
    this.segments.push(segment);
    return segment;
  }
}

/** Places of a stream's events, the latest first. */
function placesOf({ latest, previous }: Segment, stream: string): number[] {
  const places: number[] = [];
  for (let place = latest.get(stream) ?? NO_PLACE; place !== NO_PLACE; place = previous[place]!) places.push(place);
  return places;
}
