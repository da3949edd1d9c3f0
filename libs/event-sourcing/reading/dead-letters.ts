import type { DocumentStore, DocumentWrite } from '../ports/document-store.js';
import type { Position, RecordedEvent } from '../ports/event-store.js';
import { errorFields } from '../support.js';
import type { FoldFailure } from './page-fold.js';
import { DEAD_LETTERS } from './view-state.js';

/** A document whose sequence waits: the event that its fold could not take, and all later ones of the same document. */
export interface DeadLetter {
  /** The build's collection. */
  collection: string;
  view: string;
  /** Key of the document. */
  key: string;
  event: { id: string; type: string; stream: string; revision: number; position: Position };
  error: string;
  /** How often the fold was tried. */
  attempts: number;
  /** Events that wait, the failed one included. */
  waiting: number;
  since: string;
}

/** The parked documents of one build, kept in memory as long as the build runs and stored with its writes. */
export class DeadLetters {
  private readonly parked = new Map<string, DeadLetter>();
  private readonly changed = new Map<string, Position>();

  constructor(
    private readonly view: string,
    private readonly collection: string,
  ) {}

  /** Reads what was parked before. */
  async load(documents: DocumentStore): Promise<void> {
    for await (const page of documents.scan(DEAD_LETTERS, { collection: this.collection })) {
      for (const { _id, ...letter } of page) this.parked.set(letter['key'] as string, letter as unknown as DeadLetter);
    }
  }

  get size(): number {
    return this.parked.size;
  }

  all(): DeadLetter[] {
    return [...this.parked.values()];
  }

  get(key: string): DeadLetter | undefined {
    return this.parked.get(key);
  }

  /** Parks a document. A second failure of the same one counts as another attempt. */
  park({ key, event, error }: FoldFailure, waiting: number, now: Date, at: Position): void {
    const before = this.parked.get(key);
    const { id, type, stream, revision, position } = event;
    this.parked.set(key, {
      collection: this.collection,
      view: this.view,
      key,
      event: { id, type, stream, revision, position },
      error: errorFields(error).error,
      attempts: (before?.attempts ?? 0) + 1,
      waiting,
      since: before?.since ?? now.toISOString(),
    });
    this.changed.set(key, at);
  }

  /** More events of a parked document have come. */
  wait(key: string, events: readonly RecordedEvent[]): void {
    const letter = this.parked.get(key)!;
    this.parked.set(key, { ...letter, waiting: letter.waiting + events.length });
    this.changed.set(key, events[events.length - 1]!.position);
  }

  release(key: string, at: Position): void {
    this.parked.delete(key);
    this.changed.set(key, at);
  }

  /** What changed since {@link stored} was last said, to be written in one batch with the documents. */
  writes(): DocumentWrite[] {
    return [...this.changed].map(([key, position]) => ({
      key: `${this.collection}/${key}`,
      document: this.parked.get(key) ?? null,
      position,
    }));
  }

  stored(): void {
    this.changed.clear();
  }
}
