import { NO_REVISION, type CommandResult, type DocumentStore, type Engine, type Position } from '#event-sourcing';

const COLLECTION = 'imports';

/** So many rejected rows are remembered; an import with more begins at the first row when it is run again. */
const REJECTED_AT_MOST = 10_000;

interface StoredProgress {
  /** Rows before this one are settled; counted from 0. */
  settled: number;
  /** Those of them that were rejected: they are tried again, and told again. */
  rejected: number[];
  /** An event that the log had by then: a log that does not have it is another one. */
  witness: { stream: string; revision: number; position: Position };
}

/**
 * How far the import of a file has come, so that running it again need not repeat what is settled. It only saves time:
 * without it every row is sent again, and its command id tells that it is there.
 */
export class ImportProgress {
  private readonly underWay = new Set<number>();
  private readonly rejected: number[] = [];
  private next = 0;
  private witness: StoredProgress['witness'] | undefined;

  private constructor(
    private readonly documents: DocumentStore,
    private readonly key: string,
    private position: Position | undefined,
    private readonly before: { settled: number; rejected: ReadonlySet<number> },
  ) {}

  /** @param key tells the same rows under the same mapping from all others. */
  static async load({ documents, events }: Pick<Engine, 'documents' | 'events'>, key: string): Promise<ImportProgress> {
    await documents.ensureCollection(COLLECTION);
    const stored = (await documents.load(COLLECTION, [key])).get(key);
    const progress = (stored?.document ?? undefined) as StoredProgress | undefined;
    const sound = progress !== undefined && (await isThere(events, progress.witness));
    const before = sound ? { settled: progress.settled, rejected: new Set(progress.rejected) } : { settled: 0, rejected: new Set<number>() };
    const resumed = new ImportProgress(documents, key, stored?.position, before);
    if (sound) resumed.witness = progress.witness;
    return resumed;
  }

  /** Whether an earlier run settled this row, without rejecting it. */
  isDone(row: number): boolean {
    return row < this.before.settled && !this.before.rejected.has(row);
  }

  begin(row: number): void {
    this.underWay.add(row);
    this.next = row + 1;
  }

  end(row: number, rejected: boolean, last?: CommandResult): void {
    this.underWay.delete(row);
    if (rejected) this.rejected.push(row);
    if (last && last.revision > NO_REVISION) this.witness = { stream: last.stream, revision: last.revision, position: last.position };
  }

  async save(): Promise<void> {
    // A set gives its members in the order in which they came: the first is the oldest row that is not settled.
    const [oldest] = this.underWay;
    const settled = oldest ?? this.next;
    if (!this.witness || settled <= this.before.settled || this.rejected.length > REJECTED_AT_MOST) return;
    const document: StoredProgress = { settled, rejected: this.rejected.filter((row) => row < settled), witness: this.witness };
    const position = (this.position ?? 0) + 1;
    if (await this.documents.compareAndSet(COLLECTION, { key: this.key, document, position }, this.position)) this.position = position;
  }
}

async function isThere(events: Engine['events'], { stream, revision, position }: StoredProgress['witness']): Promise<boolean> {
  for await (const [event] of events.readStream(stream, { from: revision, limit: 1 })) return event?.position === position;
  return false;
}

/** The rows of an import that was undone are to be sent again. */
export async function forgetProgress({ documents }: Pick<Engine, 'documents'>, key: string): Promise<void> {
  await documents.ensureCollection(COLLECTION);
  const stored = (await documents.load(COLLECTION, [key])).get(key);
  if (stored?.document) await documents.compareAndSet(COLLECTION, { key, document: null, position: stored.position + 1 }, stored.position);
}
