import type { DocumentStore, DocumentWrite, StoredDocument } from '../ports/document-store.js';
import type { Position } from '../ports/event-store.js';
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
  /** What earlier events mean has changed: the document has to be folded from its first event. */
  anew?: true;
}

interface Parked {
  /** Undefined once the document was released, until that is stored. */
  letter: DeadLetter | undefined;
  /** What it was before it was released, until that is stored: the store may refuse the document. */
  before?: DeadLetter;
  /** Counts the writes of this letter: its guard in the store, through releases and new failures. */
  version: number;
}

/** The parked documents of one build, kept in memory as long as the build runs and stored with its writes. */
export class DeadLetters {
  private readonly parked = new Map<string, Parked>();
  private readonly changed = new Set<string>();
  /** Handed out to be written and not yet stored. */
  private writing: string[] = [];

  constructor(
    private readonly view: string,
    private readonly collection: string,
    private readonly documents: DocumentStore,
  ) {}

  /** What is parked in each of these collections. */
  static async parkedIn(documents: DocumentStore, collections: readonly string[]): Promise<Map<string, StoredDocument[]>> {
    const ids: string[] = [];
    for await (const page of documents.scan(DEAD_LETTERS, { collection: { $in: [...collections] } })) ids.push(...page.map(({ _id }) => _id));
    const found = ids.length > 0 ? [...(await documents.load(DEAD_LETTERS, ids)).values()] : [];
    const parked = new Map<string, StoredDocument[]>();
    for (const stored of found.filter(({ document }) => document)) {
      const { collection } = stored.document as unknown as DeadLetter;
      parked.set(collection, [...(parked.get(collection) ?? []), stored]);
    }
    return parked;
  }

  /** Takes up what was parked before. */
  takeUp(stored: readonly StoredDocument[]): void {
    for (const { document, position } of stored) {
      const letter = document as unknown as DeadLetter;
      this.parked.set(letter.key, { letter, version: position });
    }
  }

  get size(): number {
    return this.all().length;
  }

  all(): DeadLetter[] {
    return [...this.parked.values()].flatMap(({ letter }) => letter ?? []);
  }

  get(key: string): DeadLetter | undefined {
    return this.parked.get(key)?.letter;
  }

  /** Parks a document. A second failure of the same one counts as another attempt. */
  async park({ key, event, error }: FoldFailure, waiting: number, now: Date, anew = false): Promise<void> {
    const before = this.parked.get(key) ?? (await this.stored(key));
    const earlier = before.letter ?? before.before;
    const { id, type, stream, revision, position } = event;
    this.change(key, before, {
      collection: this.collection,
      view: this.view,
      key,
      event: { id, type, stream, revision, position },
      error: errorFields(error).error,
      attempts: (earlier?.attempts ?? 0) + 1,
      waiting,
      since: earlier?.since ?? now.toISOString(),
      ...((anew || before.letter?.anew) && { anew: true }),
    });
  }

  /** More events of a parked document have come. */
  wait(key: string, events: number): void {
    const before = this.parked.get(key)!;
    this.change(key, before, { ...before.letter!, waiting: before.letter!.waiting + events });
  }

  release(key: string): void {
    this.change(key, this.parked.get(key)!, undefined);
  }

  /** Hands out what changed, to be written in one batch with the documents. */
  writes(): DocumentWrite[] {
    this.writing = [...this.changed];
    this.changed.clear();
    return this.writing.map((key) => {
      const { letter, version } = this.parked.get(key)!;
      return { key: this.idOf(key), document: letter ?? null, position: version };
    });
  }

  /** What {@link writes} gave is stored. */
  wrote(): void {
    for (const key of this.writing) if (!this.changed.has(key) && !this.get(key)) this.parked.delete(key);
    this.writing = [];
  }

  /** What {@link writes} gave could not be stored. */
  notWritten(): void {
    for (const key of this.writing) this.changed.add(key);
    this.writing = [];
  }

  private change(key: string, before: Parked, letter: DeadLetter | undefined): void {
    this.parked.set(key, { letter, version: before.version + 1, ...(!letter && before.letter && { before: before.letter }) });
    this.changed.add(key);
  }

  private async stored(key: string): Promise<Parked> {
    const id = this.idOf(key);
    const found = (await this.documents.load(DEAD_LETTERS, [id])).get(id);
    return { letter: (found?.document as DeadLetter | null | undefined) ?? undefined, version: found?.position ?? 0 };
  }

  private idOf(key: string): string {
    return `${this.collection}/${key}`;
  }
}
