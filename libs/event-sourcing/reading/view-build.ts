import { LRUCache } from 'lru-cache';
import type { AnyView } from '../modelling/view.js';
import type { CollectionWrites, DocumentStore } from '../ports/document-store.js';
import { BEGINNING, type EventPage, type EventStore, type Position, type RecordedEvent } from '../ports/event-store.js';
import { errorFields, type Clock, type Log, type Telemetry } from '../support.js';
import { DeadLetters } from './dead-letters.js';
import { eventsByKey, foldDocument, ViewFailed, type FoldFailure, type Partition, type Row } from './page-fold.js';
import { CHECKPOINTS, collectionOf, DEAD_LETTERS, type Build } from './view-state.js';

export interface BuildSurroundings {
  events: EventStore;
  documents: DocumentStore;
  clock: Clock;
  log: Log;
  telemetry: Telemetry;
}

/** Documents kept in memory between pages, so that a hot one is not read back: many while a view is filled, few later. */
const ROWS_WHILE_FILLING = 50_000;
const ROWS_WHILE_LIVE = 2_000;

/** Writes that may pass a view by, because it had nothing to store, before its checkpoint is moved all the same. */
const UNCHECKED_AT_MOST = 100;

/**
 * One partition of one filling of a view: folds pages in memory and hands out what has to be written. It is exact
 * under redelivery, because each row knows its position.
 */
export class ViewBuild {
  readonly collection: string;
  readonly deadLetters: DeadLetters;
  /** Events up to here are folded, though perhaps not yet written. */
  folded: Position = BEGINNING;
  /** Events up to here are in the documents that queries see. */
  written: Position = BEGINNING;
  private rows = new LRUCache<string, Row>({ max: ROWS_WHILE_FILLING });
  private readonly dirty = new Map<string, Row>();
  private readonly checkpoint: string;
  private unchecked = 0;

  constructor(
    readonly view: AnyView,
    readonly build: Build,
    readonly partition: Partition,
    /** Park documents whose fold fails; otherwise the build stops at them. */
    private parks: boolean,
    private readonly around: BuildSurroundings,
  ) {
    this.collection = collectionOf(view.name, build);
    this.checkpoint = `${this.collection}/${partition.index}-of-${partition.count}`;
    this.deadLetters = new DeadLetters(view.name, this.collection, around.documents);
  }

  get name(): string {
    return this.view.name;
  }

  /** Documents that wait to be written. */
  get pending(): number {
    return this.dirty.size;
  }

  /** Makes the collection and takes up where its checkpoint says. */
  async open(): Promise<void> {
    const { documents } = this.around;
    await documents.ensureCollection(this.collection, this.view.options.indexes ?? []);
    const stored = (await documents.load(CHECKPOINTS, [this.checkpoint])).get(this.checkpoint);
    this.folded = this.written = stored?.position ?? BEGINNING;
    await this.deadLetters.load();
  }

  /** The build has become the one that answers: documents whose fold fails are parked from now on. */
  goLive(): void {
    this.parks = true;
    this.rows = new LRUCache({ max: ROWS_WHILE_LIVE });
  }

  /**
   * Folds a page into memory.
   * @throws ViewFailed a fold failed and this build does not park.
   */
  async fold(page: EventPage): Promise<void> {
    if (page.position <= this.folded) return;
    const events = page.events.filter((event) => event.position > this.folded);
    const byKey = eventsByKey(this.view, events, this.partition);
    await this.fetch([...byKey.keys()]);
    for (const [key, sequence] of byKey) {
      if (this.deadLetters.get(key)) this.deadLetters.wait(key, sequence.length);
      else await this.foldSequence(key, sequence);
    }
    this.folded = page.position;
    this.around.telemetry.eventsFolded(this.name, events.length);
  }

  /**
   * All that has to be stored to be as far as `folded`: documents first, the checkpoint last. Where nothing but the
   * position moved, the checkpoint waits a while, unless `always`: what is folded twice changes nothing.
   */
  writes(always = false): CollectionWrites[] {
    const documents = [...this.dirty].map(([key, { row, position }]) => ({ key, document: row ?? null, position }));
    const letters = this.deadLetters.writes();
    const moved = documents.length > 0 || letters.length > 0 || this.unchecked >= UNCHECKED_AT_MOST;
    if (!moved && !always) return [];
    const checkpoint = { key: this.checkpoint, document: { collection: this.collection }, position: this.folded };
    return [
      { collection: this.collection, writes: documents },
      { collection: DEAD_LETTERS, writes: letters },
      { collection: CHECKPOINTS, writes: [checkpoint] },
    ].filter(({ writes }) => writes.length > 0);
  }

  /** What {@link writes} gave is stored. */
  wrote(): void {
    this.unchecked = this.dirty.size > 0 || this.unchecked >= UNCHECKED_AT_MOST ? 0 : this.unchecked + 1;
    this.dirty.clear();
    this.deadLetters.wrote();
    this.written = this.folded;
  }

  /**
   * Folds a parked document again, from the event that failed to where this build is.
   * Must not run beside {@link fold}.
   * @returns whether the document goes on.
   */
  async retry(key: string): Promise<boolean> {
    const letter = this.deadLetters.get(key);
    if (!letter) return true;
    const types = this.view.eventTypes().map(({ name }) => name);
    await this.fetch([key]);
    const sequence: RecordedEvent[] = [];
    for await (const page of this.around.events.readAll({ after: letter.event.position - 1, until: this.folded, filter: { types } })) {
      sequence.push(...page.events.filter((event) => this.view.keysOf(event).includes(key)));
    }
    const failure = this.foldInto(key, sequence);
    if (failure) await this.park(failure, sequence);
    else this.deadLetters.release(key);
    return !failure;
  }

  private async foldSequence(key: string, sequence: readonly RecordedEvent[]): Promise<void> {
    const failure = this.foldInto(key, sequence);
    if (!failure) return;
    this.around.telemetry.foldFailed(this.name);
    if (!this.parks) throw new ViewFailed(this.name, failure.event, failure.error);
    await this.park(failure, sequence);
  }

  private foldInto(key: string, sequence: readonly RecordedEvent[]): FoldFailure | undefined {
    const before = this.rows.get(key);
    const { after, failure } = foldDocument(this.view, key, before, sequence);
    if (after && after !== before) {
      this.rows.set(key, after);
      this.dirty.set(key, after);
    }
    return failure;
  }

  private async park(failure: FoldFailure, sequence: readonly RecordedEvent[]): Promise<void> {
    const waiting = sequence.filter(({ position }) => position >= failure.event.position).length;
    await this.deadLetters.park(failure, waiting, this.around.clock.now());
    this.around.log.error(
      { view: this.name, key: failure.key, eventId: failure.event.id, type: failure.event.type, stream: failure.event.stream, ...errorFields(failure.error) },
      'a fold failed; the document waits as a dead letter, others go on',
    );
  }

  private async fetch(keys: readonly string[]): Promise<void> {
    const missing = keys.filter((key) => !this.rows.has(key));
    if (missing.length === 0) return;
    const stored = this.written === BEGINNING ? undefined : await this.around.documents.load(this.collection, missing);
    for (const key of missing) {
      const found = this.dirty.get(key) ?? asRow(stored?.get(key));
      if (found) this.rows.set(key, found);
    }
  }
}

function asRow(stored: { document: object | null; position: Position } | undefined): Row | undefined {
  return stored && { row: stored.document ?? undefined, position: stored.position };
}
