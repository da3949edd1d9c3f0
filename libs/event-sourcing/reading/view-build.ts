import { boundedCache } from '../bounded-cache.js';
import type { AnyView } from '../modelling/view.js';
import type { CollectionWrites, DocumentStore, StoredDocument } from '../ports/document-store.js';
import { BEGINNING, type EventPage, type EventStore, type Position, type RecordedEvent } from '../ports/event-store.js';
import { errorFields, type Clock, type Log, type Telemetry } from '../support.js';
import { DeadLetters } from './dead-letters.js';
import type { DocumentHistories } from './interpreting/document-histories.js';
import type { KnownReading } from './interpreting/known-reading.js';
import type { Readings } from './interpreting/readings.js';
import type { Rereading } from './interpreting/rereading.js';
import { eventsByKey, foldDocument, hasTypes, ViewFailed, type FoldFailure, type Partition, type Row } from './page-fold.js';
import { CHECKPOINTS, collectionOf, DEAD_LETTERS, type Build } from './view-state.js';

export interface BuildSurroundings {
  events: EventStore;
  documents: DocumentStore;
  clock: Clock;
  log: Log;
  telemetry: Telemetry;
  readings: Readings;
  histories: DocumentHistories;
}

/** Documents folded anew at once. */
const ANEW_AT_ONCE = 1_000;

/** Documents kept in memory between pages, so that a hot one is not read back: many while a view is filled, few later. */
const ROWS_WHILE_FILLING = 50_000;
const ROWS_WHILE_LIVE = 2_000;

/** Writes that may pass a view by, because it had nothing to store, before its checkpoint is moved all the same. */
const UNCHECKED_AT_MOST = 100;

/** Collections that this program has made and indexed: whoever takes over the shares of another need not look again. */
const indexed = new WeakMap<DocumentStore, Set<string>>();

/**
 * One partition of one filling of a view: folds pages in memory and hands out what has to be written. It is exact
 * under redelivery, because each row knows its position.
 */
export class ViewBuild {
  readonly deadLetters: DeadLetters;
  /** Events up to here are folded, though perhaps not yet written. */
  folded: Position = BEGINNING;
  /** Events up to here are in the documents that queries see. */
  written: Position = BEGINNING;
  /** Its documents know what events up to here make of earlier ones. */
  readTo: Position = BEGINNING;
  /** performance.now() when the first of the events was folded that are not yet written; undefined where all are. */
  unwrittenSince: number | undefined;
  private rows = boundedCache<string, Row>(ROWS_WHILE_FILLING);
  /** Rows that are not yet written: newer than what `writing` may have. */
  private dirty = new Map<string, Row>();
  /** Rows handed out to be written and not yet stored: newer than what `rows` may have. */
  private writing = new Map<string, Row>();
  private writingTo: Position = BEGINNING;
  private readonly types: ReadonlySet<string>;
  /** Key of the checkpoint. */
  readonly checkpoint: string;
  private unchecked = 0;
  private isNew = false;

  constructor(
    readonly view: AnyView,
    readonly build: Build,
    readonly partition: Partition,
    /** Park documents whose fold fails; otherwise the build stops at them. */
    private parks: boolean,
    private readonly around: BuildSurroundings,
    readonly collection = collectionOf(view.name, build),
  ) {
    this.types = new Set(view.eventTypes().map(({ name }) => name));
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

  /** Makes the collection. One that is filled does without indexes meanwhile. */
  async prepare(): Promise<void> {
    const { documents } = this.around;
    if (!this.parks) await documents.ensureCollection(this.collection);
    else if (!indexed.get(documents)?.has(this.collection)) await this.index();
  }

  /** Goes on where its checkpoint says; one without has folded nothing yet. */
  takeUp(checkpoint: StoredDocument | undefined, parked: readonly StoredDocument[]): void {
    this.folded = this.written = checkpoint?.position ?? BEGINNING;
    this.readTo = (checkpoint?.document as Checkpoint | undefined)?.readTo ?? BEGINNING;
    this.isNew = !checkpoint;
    this.deadLetters.takeUp(parked);
  }

  /** Makes the declared indexes: from all documents at once in a fraction of the time that it takes with each write. */
  async index(): Promise<void> {
    const { documents } = this.around;
    await documents.ensureCollection(this.collection, this.view.options.indexes ?? []);
    indexed.set(documents, (indexed.get(documents) ?? new Set()).add(this.collection));
  }

  /** The build has become the one that answers: documents whose fold fails are parked from now on. */
  goLive(): void {
    this.parks = true;
    this.rows = boundedCache(ROWS_WHILE_LIVE);
  }

  /**
   * Brings what is folded to a later reading of history: documents that it touches are folded anew from all their events.
   * They then hold events up to that reading, and {@link fold} passes those over.
   * @throws ViewFailed
   */
  async reread(rereading: Rereading): Promise<void> {
    const { reading } = rereading;
    // Where nothing is folded yet, history can be read in this way from its beginning.
    if (!this.isNew) await this.foldAnew(rereading);
    this.readTo = reading.position;
  }

  /** A page as this view reads it. @param reading to which this build was brought. */
  read(page: EventPage, reading: KnownReading): EventPage {
    return this.readsAsRecorded ? page : reading.page(page);
  }

  /**
   * Goes past a page in which nothing is for this view: most pages are so for most views.
   * @returns whether that was so; otherwise the page has to be folded.
   */
  passes({ events, position }: EventPage): boolean {
    if (this.isNew || hasTypes(events, this.types)) return false;
    // How events fall into pages depends on who is quicker; what is counted does not.
    if (position > this.folded) this.around.telemetry.eventsFolded(this.name, events.length);
    this.folded = Math.max(this.folded, position);
    return true;
  }

  /**
   * Folds a page into memory.
   * @param page as {@link read} gives it.
   * @throws ViewFailed a fold failed and this build does not park.
   */
  async fold(page: EventPage): Promise<void> {
    if (page.position <= this.folded) return;
    if (this.isNew) await this.begin();
    this.unwrittenSince ??= performance.now();
    const isNew = (page.events[0]?.position ?? Infinity) > this.folded;
    const events = isNew ? page.events : page.events.filter((event) => event.position > this.folded);
    const byKey = eventsByKey(this.view, events, this.partition);
    const rows = await this.rowsOf([...byKey.keys()]);
    for (const [key, sequence] of byKey) {
      if (this.deadLetters.get(key)) {
        this.deadLetters.wait(key, sequence.length);
        continue;
      }
      const failure = this.foldInto(key, sequence, rows.get(key));
      if (failure) await this.failed(failure, sequence);
    }
    this.folded = page.position;
    this.around.telemetry.eventsFolded(this.name, events.length);
  }

  /**
   * Hands out all that has to be stored to be as far as `folded`: documents first, the checkpoint last. Where nothing
   * but the position moved, the checkpoint waits a while, unless `always`: what is folded twice changes nothing. Then
   * comes {@link wrote} or {@link notWritten}, before this is called again; folding goes on meanwhile.
   */
  writes(always = false): CollectionWrites[] {
    this.writingTo = this.folded;
    this.writing = this.dirty;
    this.dirty = new Map();
    this.unwrittenSince = undefined;
    // In the order of the keys neighbours share pages: a store writes many documents in less time.
    const documents = [...this.writing].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { row, position }]) => ({ key, document: row ?? null, position }));
    const letters = this.deadLetters.writes();
    const moved = documents.length > 0 || letters.length > 0 || this.unchecked >= UNCHECKED_AT_MOST;
    this.unchecked = moved ? 0 : this.unchecked + 1;
    if (!moved && !always) return [];
    const checkpoint = { key: this.checkpoint, document: this.checkpointDocument(), position: this.folded };
    return [
      { collection: this.collection, writes: documents },
      { collection: DEAD_LETTERS, writes: letters },
      { collection: CHECKPOINTS, writes: [checkpoint] },
    ].filter(({ writes }) => writes.length > 0);
  }

  /** What {@link writes} gave is stored. */
  wrote(): void {
    for (const [key, row] of this.writing) this.rows.set(key, row);
    this.writing = new Map();
    this.deadLetters.wrote();
    this.written = this.writingTo;
  }

  /** What {@link writes} gave could not be stored and will be handed out again. */
  notWritten(): void {
    this.dirty = new Map([...this.writing, ...this.dirty]);
    this.writing = new Map();
    this.unwrittenSince ??= performance.now();
    this.deadLetters.notWritten();
  }

  /**
   * Folds a parked document again, from the event that failed to where this build is.
   * Must not run beside {@link fold}.
   * @returns whether the document goes on.
   */
  async retry(key: string): Promise<boolean> {
    const letter = this.deadLetters.get(key);
    if (!letter) return true;
    const rows = await this.rowsOf([key]);
    const before = rows.get(key);
    if (letter.anew) return this.retryAnew(key, before);
    const sequence = await this.eventsOf(key, letter.event.position - 1);
    const failure = this.foldInto(key, sequence, before);
    if (failure) await this.park(failure, sequence);
    else this.deadLetters.release(key);
    return !failure;
  }

  /**
   * Parks a document that the store does not take: it stays as it is stored, and waits for a store or a fold that keeps
   * it smaller. What is in memory of it is dropped only once it is parked, so that no event is passed over.
   * @throws ViewFailed this build does not park.
   */
  async setAside(key: string, error: Error): Promise<void> {
    const stored = (await this.around.documents.load(this.collection, [key])).get(key)?.position ?? BEGINNING;
    const anew = this.readTo > stored;
    const sequence = anew ? await this.historyOf(key) : await this.eventsOf(key, stored);
    await this.failed({ key, event: sequence.find(({ position }) => position > stored) ?? sequence[0]!, error }, sequence, anew);
    this.dirty.delete(key);
    this.rows.delete(key);
  }

  /** The engine's own views tell what was recorded, whatever it means. */
  get readsAsRecorded(): boolean {
    return this.view.options.internal === true;
  }

  private get reading(): KnownReading {
    return this.around.readings.at(this.readsAsRecorded ? BEGINNING : this.readTo);
  }

  private async foldAnew(rereading: Rereading): Promise<void> {
    const keys = await rereading.keysOf(this.view, this.partition);
    for (let next = 0; next < keys.length; next += ANEW_AT_ONCE) {
      this.unwrittenSince ??= performance.now();
      const some = keys.slice(next, next + ANEW_AT_ONCE);
      const histories = await rereading.histories(this.view, some);
      for (const key of some) await this.replace(key, histories.get(key)!, rereading.reading.position);
    }
  }

  /** Folds a document from its first event. One that fails keeps what could be folded, and waits. */
  private async replace(key: string, history: readonly RecordedEvent[], position: Position): Promise<boolean> {
    const { after, failure } = foldDocument(this.view, key, undefined, history);
    this.dirty.set(key, { row: after?.row, position });
    if (failure) await this.failed(failure, history, true);
    else if (this.deadLetters.get(key)) this.deadLetters.release(key);
    return !failure;
  }

  private async retryAnew(key: string, before: Row | undefined): Promise<boolean> {
    // The store takes a document at a later position only.
    if (before && before.position >= Math.max(this.folded, this.readTo)) return false;
    return this.replace(key, await this.historyOf(key), Math.max(this.folded, this.readTo));
  }

  private async historyOf(key: string): Promise<RecordedEvent[]> {
    const histories = await this.around.histories.of(this.view, [key], this.reading, Math.max(this.folded, this.readTo));
    return histories.get(key)!;
  }

  /** Who goes on after a crash has to know how history was read, also before the first checkpoint. */
  private async begin(): Promise<void> {
    await this.around.documents.write([{ collection: CHECKPOINTS, writes: [{ key: this.checkpoint, document: this.checkpointDocument(), position: BEGINNING }] }]);
    this.isNew = false;
  }

  private checkpointDocument(): Checkpoint {
    return { collection: this.collection, ...(this.readTo > BEGINNING && { readTo: this.readTo }) };
  }

  private async eventsOf(key: string, after: Position): Promise<RecordedEvent[]> {
    const types = this.view.eventTypes().map(({ name }) => name);
    const sequence: RecordedEvent[] = [];
    for await (const page of this.around.events.readAll({ after, until: this.folded, filter: { types } })) {
      sequence.push(...this.reading.all(page.events).filter((event) => this.view.keysOf(event).includes(key)));
    }
    return sequence;
  }

  private async failed(failure: FoldFailure, sequence: readonly RecordedEvent[], anew = false): Promise<void> {
    this.around.telemetry.foldFailed(this.name);
    if (!this.parks) throw new ViewFailed(this.name, failure.event, failure.error);
    await this.park(failure, sequence, anew);
  }

  private foldInto(key: string, sequence: readonly RecordedEvent[], before: Row | undefined): FoldFailure | undefined {
    const { after, failure } = foldDocument(this.view, key, before, sequence);
    if (after && after !== before) this.dirty.set(key, after);
    return failure;
  }

  private async park(failure: FoldFailure, sequence: readonly RecordedEvent[], anew = false): Promise<void> {
    const waiting = sequence.filter(({ position }) => position >= failure.event.position).length;
    await this.deadLetters.park(failure, waiting, this.around.clock.now(), anew);
    this.around.log.error(
      { view: this.name, key: failure.key, eventId: failure.event.id, type: failure.event.type, stream: failure.event.stream, ...errorFields(failure.error) },
      'a document cannot be brought up to date and waits as a dead letter; others go on',
    );
  }

  /** All of them at once, because a row that is only in memory may be pushed out of it by the next one that is looked up. */
  private async rowsOf(keys: readonly string[]): Promise<Map<string, Row>> {
    const rows = new Map<string, Row>();
    const missing: string[] = [];
    for (const key of keys) {
      const row = this.dirty.get(key) ?? this.writing.get(key) ?? this.rows.get(key);
      if (row) rows.set(key, row);
      else missing.push(key);
    }
    if (missing.length === 0 || this.written === BEGINNING) return rows;
    for (const [key, { document, position }] of await this.around.documents.load(this.collection, missing)) {
      rows.set(key, { row: document ?? undefined, position });
    }
    return rows;
  }
}

interface Checkpoint {
  collection: string;
  /** As {@link ViewBuild.readTo}. */
  readTo?: Position;
}
