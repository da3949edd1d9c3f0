import { setTimeout as pause } from 'node:timers/promises';
import { NO_REVISION, StoreUnavailable, WrongExpectedRevision, type AppendResult, type ExpectedRevision } from '#event-sourcing';
import type { EncodedEvent } from '../input.js';
import { AppendCall, Misfit, NotCommittedInTime, OutcomeUnknown, type ExactAppend } from './append-call.js';
import type { Connection } from './connection.js';
import { explain, StreamTombstoned, wasNeverSent } from './faults.js';
import type { StreamReader } from './stream-reader.js';

/** How often an append to wherever the stream ends is tried while others append to it too. */
const ATTEMPTS = 100;
const SHORTEST_PAUSE_MS = 20;

/**
 * Appends at exact revisions only: there a repetition is recognised by its ids, whatever happened to the server
 * meanwhile. An append whose outcome is unknown is settled by what the stream holds.
 */
export class Appender {
  private readonly call: AppendCall;
  /** Appends to wherever a stream ends take turns, so that they do not refuse one another. */
  private readonly turns = new Map<string, Promise<unknown>>();
  private readonly underWay = new Set<Promise<AppendResult>>();

  constructor(
    private readonly connection: Connection,
    private readonly reader: StreamReader,
    private readonly options: { prefix: string; timeoutMs: number },
  ) {
    this.call = new AppendCall(connection, options.timeoutMs);
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly EncodedEvent[]): Promise<AppendResult> {
    const appending = this.appendAs(stream, expected, events);
    this.underWay.add(appending);
    try {
      return await appending;
    } catch (error) {
      if (error instanceof Misfit) throw new WrongExpectedRevision(stream, expected, error.actual);
      throw error;
    } finally {
      this.underWay.delete(appending);
    }
  }

  /** Resolves when every append so far is answered. */
  async drained(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  private appendAs(stream: string, expected: ExpectedRevision, events: readonly EncodedEvent[]): Promise<AppendResult> {
    if (expected === 'any' || expected === 'exists') return this.inTurn(stream, () => this.appendAtEnd(stream, expected, events));
    return this.appendAt(stream, expected === 'none' ? NO_REVISION : expected, events);
  }

  private async appendAtEnd(stream: string, expected: 'any' | 'exists', events: readonly EncodedEvent[]): Promise<AppendResult> {
    for (let attempt = 1; ; attempt++) {
      const last = await this.reader.last(stream);
      // It was sent before, and its answer got lost.
      if (last?.id === events.at(-1)!.id) return { revision: last.revision, position: last.position };
      if (!last && expected === 'exists') throw new Misfit(NO_REVISION);
      try {
        return await this.appendAt(stream, last?.revision ?? NO_REVISION, events);
      } catch (error) {
        if (!(error instanceof Misfit) || attempt >= ATTEMPTS) throw error;
      }
    }
  }

  private async appendAt(stream: string, expected: number, events: readonly EncodedEvent[]): Promise<AppendResult> {
    const append = { stream: this.options.prefix + stream, expected, events };
    try {
      const result = await this.call.send(append);
      this.connection.answered();
      return result;
    } catch (error) {
      if (isAnswer(error)) throw error;
      const failure = error instanceof NotCommittedInTime ? error : this.connection.failed(error);
      if (wasNeverSent(error)) throw failure;
      return this.settle(stream, append, failure);
    }
  }

  /** Finds the events in the stream, or another event in their place, or sends them again: once or not at all. */
  private async settle(stream: string, append: ExactAppend, failure: Error): Promise<AppendResult> {
    const end = performance.now() + this.options.timeoutMs;
    for (let waitMs = SHORTEST_PAUSE_MS; performance.now() < end; waitMs *= 2) {
      try {
        return (await this.found(stream, append)) ?? (await this.call.send(append));
      } catch (error) {
        if (isAnswer(error) || !(explain(error, this.connection.hosts) instanceof StoreUnavailable)) throw error;
      }
      await pause(waitMs);
    }
    throw new OutcomeUnknown(`${failure.message} Whether the events for ${stream} are stored is not known; the same append again, with the same ids, stores them once.`, { cause: failure });
  }

  private async found(stream: string, { expected, events }: ExactAppend): Promise<AppendResult | undefined> {
    const places = await this.reader.places({ stream, from: expected + 1, backwards: false, count: events.length });
    // Truncated away, or not there: the server itself knows.
    if (places[0]?.revision !== expected + 1) return undefined;
    if (places.length === events.length && places.every(({ id }, i) => id === events[i]!.id)) {
      const { revision, position } = places.at(-1)!;
      return { revision, position };
    }
    throw new Misfit((await this.reader.last(stream))!.revision);
  }

  private async inTurn<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const before = this.turns.get(stream);
    const turn = (before ?? Promise.resolve()).then(work, work);
    this.turns.set(stream, turn);
    try {
      return await turn;
    } finally {
      if (this.turns.get(stream) === turn) this.turns.delete(stream);
    }
  }
}

/** The server has decided. */
function isAnswer(error: unknown): boolean {
  if (error instanceof OutcomeUnknown) return false;
  return error instanceof Misfit || error instanceof StreamTombstoned || (error as Error).name === 'AppendTooLarge';
}
