import { setImmediate } from 'node:timers/promises';
import {
  StoreUnavailable,
  WrongExpectedRevision,
  type AppendResult,
  type ExpectedRevision,
  type Position,
} from '#event-sourcing';
import type { EncodedEvent } from '../../input.js';
import type { CommittedLog } from './committed-log.js';
import type { EventRow } from './stored-event.js';
import type { Writer } from './writer.js';
import type { EventColumns } from './writer.worker.js';

interface Append {
  stream: string;
  expected: ExpectedRevision;
  events: readonly EncodedEvent[];
  resolve: (result: AppendResult) => void;
  reject: (error: Error) => void;
}

const SMALLEST_LIMIT = 32;
const LARGEST_LIMIT = 1024;
const GROUP_CHARACTERS = 8_388_608;

/**
 * Group commit: while one group of appends is being written, the next gathers; each group is one transaction.
 * Revisions are checked here, one append after the other, against the committed log and the group so far.
 */
export class Appender {
  private waiting: Append[] = [];
  private draining: Promise<void> | undefined;
  /** Committed and not answered yet. */
  private written: Group | undefined;
  /** A commit failed: the file may hold more than the log knows. */
  private inDoubt = false;

  constructor(
    private readonly writer: Writer,
    private readonly log: CommittedLog,
  ) {}

  append(stream: string, expected: ExpectedRevision, events: readonly EncodedEvent[]): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ stream, expected, events, resolve, reject });
      this.draining ??= this.drain();
    });
  }

  /** Resolves when every append so far is answered. */
  async drained(): Promise<void> {
    await this.draining;
  }

  private async drain(): Promise<void> {
    // What else is appended in this turn of the event loop belongs to the first group.
    await setImmediate();
    while (this.waiting.length > 0) await this.writeGroup();
    this.draining = undefined;
    this.answerWritten();
  }

  private async writeGroup(): Promise<void> {
    let group: Group | undefined;
    try {
      await this.prepare();
      group = this.gather();
      const commit = group.rows.length > 0 ? this.writer.commit(group.columns()) : undefined;
      this.answerWritten();
      if (commit) this.log.committed(group.rows, await commit);
      this.written = group;
    } catch (error) {
      this.inDoubt = true;
      const failed = group?.appends ?? this.waiting.splice(0);
      for (const append of failed) append.reject(unavailable(error as Error));
      this.answerWritten();
    }
  }

  /** Called when the next group is on its way: whoever gets an answer prepares the next append while that is written. */
  private answerWritten(): void {
    const { written } = this;
    this.written = undefined;
    written?.acknowledge();
  }

  private async prepare(): Promise<void> {
    if (!this.writer.running) {
      this.inDoubt = true;
      await this.writer.start();
    }
    if (this.inDoubt) this.log.catchUp();
    this.inDoubt = false;
  }

  private gather(): Group {
    const limit = groupLimit(this.waiting.length + (this.written?.appends.length ?? 0));
    const group = new Group(limit, this.log.head + 1, timeAfter(this.log.lastRecordedAt));
    this.log.streams.learnRevisions(this.waiting.slice(0, limit).map(({ stream }) => stream));
    const undecided: Append[] = [];
    let taken = 0;
    while (taken < this.waiting.length && group.hasRoom()) {
      const append = this.waiting[taken++]!;
      try {
        const grown = group.revisionOf(append.stream);
        const actual = grown ?? this.log.streams.revisionOf(append.stream);
        if (fits(append.expected, actual)) group.add(append, actual);
        // It may be a repetition of one in this group, whose answer is not known yet.
        else if (grown !== undefined) undecided.push(append);
        else this.answerMisfit(append, actual);
      } catch (error) {
        append.reject(error as Error);
      }
    }
    this.waiting = [...undecided, ...this.waiting.slice(taken)];
    return group;
  }

  /** Either it was appended before, and gets the same answer, or it is refused. */
  private answerMisfit({ stream, expected, events, resolve, reject }: Append, actual: number): void {
    const first = expected === 'none' ? 0 : typeof expected === 'number' ? expected + 1 : Infinity;
    const last = first + events.length - 1;
    if (last <= actual) {
      const position = this.positionOfSame(stream, first, events);
      if (position !== undefined) return resolve({ revision: last, position, repeated: true });
    }
    reject(new WrongExpectedRevision(stream, expected, actual));
  }

  private positionOfSame(stream: string, first: number, events: readonly EncodedEvent[]): Position | undefined {
    let position: Position | undefined;
    for (let next = 0; next < events.length; ) {
      for (const stored of this.log.streams.forwards(stream, first + next, events.length - next)) {
        if (stored.id !== events[next++]!.id) return undefined;
        position = stored.position;
      }
    }
    return position;
  }
}

/** The appends of one transaction. */
class Group {
  readonly appends: Append[] = [];
  readonly rows: EventRow[] = [];
  private readonly results: AppendResult[] = [];
  private readonly revisions = new Map<string, number>();
  private characters = 0;

  constructor(
    private readonly limit: number,
    private readonly firstPosition: Position,
    private readonly recordedAt: string,
  ) {}

  hasRoom(): boolean {
    return this.appends.length < this.limit && this.characters < GROUP_CHARACTERS;
  }

  revisionOf(stream: string): number | undefined {
    return this.revisions.get(stream);
  }

  add(append: Append, actual: number): void {
    const { stream } = append;
    let revision = actual;
    for (const { id, type, schemaVersion, occurredAt, data, metadata } of append.events) {
      const position = this.firstPosition + this.rows.length;
      revision++;
      this.rows.push({ position, stream, revision, id, type, schemaVersion, occurredAt, recordedAt: this.recordedAt, data, metadata });
      this.characters += data.length + metadata.length;
    }
    this.revisions.set(stream, revision);
    this.appends.push(append);
    this.results.push({ revision, position: this.rows.at(-1)!.position });
  }

  columns(): EventColumns {
    const { rows, firstPosition, recordedAt } = this;
    return {
      firstPosition,
      recordedAt,
      streams: rows.map(({ stream }) => stream),
      revisions: rows.map(({ revision }) => revision),
      ids: rows.map(({ id }) => id),
      types: rows.map(({ type }) => type),
      schemaVersions: rows.map(({ schemaVersion }) => schemaVersion),
      occurredAts: rows.map(({ occurredAt }) => occurredAt),
      data: rows.map(({ data }) => data),
      metadata: rows.map(({ metadata }) => metadata),
    };
  }

  acknowledge(): void {
    this.appends.forEach((append, i) => append.resolve(this.results[i]!));
  }
}

/**
 * Whoever was just answered will soon append again. A group is half of these and those who wait, so that two groups
 * take turns: one is written while the other is answered and gathered anew.
 */
function groupLimit(underWay: number): number {
  return Math.min(Math.max(Math.ceil(underWay / 2), SMALLEST_LIMIT), LARGEST_LIMIT);
}

function fits(expected: ExpectedRevision, actual: number): boolean {
  if (expected === 'any') return true;
  if (expected === 'none') return actual < 0;
  if (expected === 'exists') return actual >= 0;
  return actual === expected;
}

/** Now; not before the last event, also where the clock was set back. */
function timeAfter(last: string): string {
  const now = new Date().toISOString();
  return now > last ? now : last;
}

function unavailable(error: Error): Error {
  return error instanceof StoreUnavailable ? error : new StoreUnavailable(error.message, { cause: error });
}
