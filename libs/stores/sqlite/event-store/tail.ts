import type { Position } from '#event-sourcing';
import { endOfSegment } from './stream-index.js';

interface StreamTail {
  firstRevision: number;
  positions: Position[];
}

interface Segment {
  end: Position;
  streams: Map<string, StreamTail>;
}

/** Where the events lie that the stream index does not have yet. Segments are dropped as the index takes them over. */
export class Tail {
  /** The oldest first. */
  private readonly segments: Segment[] = [];

  constructor(private readonly segmentSize: number) {}

  add(stream: string, revision: number, position: Position): void {
    const { streams } = this.segmentOf(position);
    const known = streams.get(stream);
    if (known) known.positions.push(position);
    else streams.set(stream, { firstRevision: revision, positions: [position] });
  }

  dropUntil(indexedTo: Position): void {
    while (this.segments.length > 0 && this.segments[0]!.end <= indexedTo) this.segments.shift();
  }

  /** Revision of the stream's first event that is not indexed; undefined when all are. */
  firstRevision(stream: string): number | undefined {
    for (const { streams } of this.segments) {
      const known = streams.get(stream);
      if (known) return known.firstRevision;
    }
    return undefined;
  }

  lastRevision(stream: string): number | undefined {
    for (let i = this.segments.length - 1; i >= 0; i--) {
      const known = this.segments[i]!.streams.get(stream);
      if (known) return known.firstRevision + known.positions.length - 1;
    }
    return undefined;
  }

  /** Positions of the stream's events from one revision to another, both inclusive, as far as they are in the tail. */
  positions(stream: string, from: number, to: number): Position[] {
    return this.segments.flatMap(({ streams }) => {
      const known = streams.get(stream);
      if (!known) return [];
      return known.positions.slice(Math.max(from - known.firstRevision, 0), Math.max(to - known.firstRevision + 1, 0));
    });
  }

  private segmentOf(position: Position): Segment {
    const last = this.segments.at(-1);
    if (last && position <= last.end) return last;
    const segment = { end: endOfSegment(position, this.segmentSize), streams: new Map<string, StreamTail>() };
    this.segments.push(segment);
    return segment;
  }
}
