import { errorFields, StoreUnavailable, type DocumentStore, type EventPage, type Position, type RecordedEvent } from '#event-sourcing';
import { type Audit } from '../audit.js';
import { Frontier } from '../tree/frontier.js';
import { leafOf } from '../tree/leaf.js';
import { Comparison, HeadMarks } from './comparison.js';
import { ExpectedLeaves } from './expected-leaves.js';
import { judge } from './judgement.js';
import { type Report } from './report.js';
import { SavedRun, type CleanRun } from './saved-run.js';
import { wrongTiles } from './upper-tiles.js';

export interface VerifyOptions {
  /** Begin with the first event, also where an interrupted run could go on. */
  restart?: boolean;
  onProgress?: (done: Position, total: Position) => void;
  /** Ends the run; the next one goes on where it was. */
  signal?: AbortSignal;
  /** Milliseconds after which it is written down how far the run is. */
  saveEveryMs?: number;
}

const PAGE_SIZE = 1_000;
const SAVE_EVERY_MS = 3_000;

/**
 * Reads the whole log and compares it with the heads that are kept outside of the store, and with the tree. The tree,
 * where heads vouch for it, tells which event is wrong; heads alone tell between which two positions.
 * @throws StoreUnavailable @throws Error the signal's reason
 */
export async function verifyLog(audit: Audit, documents: DocumentStore, options: VerifyOptions = {}): Promise<Report> {
  await audit.prepare();
  const { heads, invalid } = await audit.heads.list();
  const saved = new SavedRun(documents, audit.key);
  const resumed = options.restart ? undefined : await resumable(saved, heads);
  const frontier = resumed ? Frontier.fromJSON(resumed.frontier) : new Frontier();
  const marks = new HeadMarks(heads);
  const tree = await audit.merkle.tiles.state();
  const comparison = new Comparison(frontier, marks, new ExpectedLeaves(audit.merkle.tiles, tree, frontier.size));
  if (resumed) for (const head of heads.slice(0, resumed.heads)) marks.matching.add(head);
  marks.compare(frontier);

  const startedAt = resumed?.startedAt ?? audit.clock.now().toISOString();
  const run = new Run(audit, comparison, resumed?.position ?? 0, options, (position) => save(saved, comparison, { startedAt, position }));
  await run.toEnd();
  await comparison.end();
  await saved.forget();
  const wrong = comparison.isTreeBroken ? [] : await wrongTiles(audit.merkle.tiles, tree);
  return judge({ comparison, heads, invalid, tree, wrongTiles: wrong, position: run.position, stoppedBy: run.stoppedBy, ...(resumed && { resumedAfter: resumed.frontier.size }) });
}

/** The interrupted run, unless heads were added since among those that it has compared. */
async function resumable(saved: SavedRun, heads: readonly { size: number }[]): Promise<CleanRun | undefined> {
  const run = await saved.load();
  return run && heads.filter(({ size }) => size <= run.frontier.size).length === run.heads ? run : undefined;
}

/** Only what is right so far is worth going on with: a run that found something begins anew and finds it again. */
async function save(saved: SavedRun, { log, marks, divergedAt }: Comparison, { startedAt, position }: Pick<CleanRun, 'startedAt' | 'position'>): Promise<void> {
  const compared = marks.heads.filter(({ size }) => size <= log.size);
  if (divergedAt !== undefined || compared.some((head) => !marks.matching.has(head))) return;
  await saved.save({ startedAt, position, frontier: log.toJSON(), heads: compared.length });
}

/** Reads the log from a position to its end, over what cannot be read. */
class Run {
  /** Why the rest of the log could not be read. */
  stoppedBy: string | undefined;
  private savedAt = performance.now();

  constructor(
    private readonly audit: Audit,
    private readonly comparison: Comparison,
    public position: Position,
    private readonly options: VerifyOptions,
    private readonly save: (position: Position) => Promise<void>,
  ) {}

  async toEnd(): Promise<void> {
    const total = await this.audit.merkle.events.head();
    let pageSize = PAGE_SIZE;
    for (;;) {
      const damage = await this.read(pageSize, total);
      if (damage === undefined) return;
      // Page by page it is known that something is wrong, event by event what.
      if (pageSize > 1) pageSize = 1;
      else if (await this.passOver()) pageSize = PAGE_SIZE;
      else {
        this.stoppedBy = errorFields(damage).error;
        return;
      }
    }
  }

  /** @returns why a page could not be read; undefined at the end of the log. */
  private async read(pageSize: number, total: Position): Promise<unknown> {
    const pages = this.audit.merkle.events.readAll({ after: this.position, pageSize })[Symbol.asyncIterator]();
    for (;;) {
      let page: IteratorResult<EventPage>;
      try {
        page = await pages.next();
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error;
        return error;
      }
      if (page.done) return undefined;
      await this.take(page.value, total);
    }
  }

  private async take({ events, position }: EventPage, total: Position): Promise<void> {
    for (const event of events) await this.comparison.take(event.position, readableLeaf(event));
    this.position = position;
    this.options.onProgress?.(position, total);
    const isEnding = this.options.signal?.aborted === true;
    if (isEnding || performance.now() - this.savedAt > (this.options.saveEveryMs ?? SAVE_EVERY_MS)) {
      await this.save(position);
      this.savedAt = performance.now();
    }
    this.options.signal?.throwIfAborted();
  }

  /** Goes past the event that cannot be read, if the tree knows where it is. */
  private async passOver(): Promise<boolean> {
    const position = await this.comparison.nextExpected();
    if (position === undefined) return false;
    await this.comparison.take(position, undefined);
    this.position = position;
    return true;
  }
}

/** Adapters may find out that metadata is no JSON only when it is asked for. */
function readableLeaf(event: RecordedEvent): Buffer | undefined {
  try {
    return leafOf(event);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
