import { DocumentTooLarge, type CollectionWrites, type DocumentStore } from '../ports/document-store.js';
import { ViewFailed } from './page-fold.js';
import type { ViewBuild } from './view-build.js';

/** While history is folded, what is folded is written when this many documents wait, or after some time. */
const PENDING_AT_MOST = 50_000;

/** What storing needs of the share whose builds it stores. */
export interface Storing {
  /** @throws the share belongs to another process by now. */
  checkOwned(): void;
  /** Queries see more of the view. */
  moved(view: string): void;
  /** A build cannot be filled any further. */
  stopped(build: ViewBuild, error: ViewFailed): Promise<void>;
}

/** Stores what the builds of a share have folded, while they go on folding: one write at the most for each. */
export class BuildWriter {
  /** Writes under way. */
  private readonly storing = new Map<ViewBuild, Promise<void>>();

  constructor(
    private readonly documents: DocumentStore,
    private readonly share: Storing,
  ) {}

  /** Whether enough waits, or the first of it has waited for so long. */
  isDue(builds: readonly ViewBuild[], unwrittenAtMostMs: number): boolean {
    const pending = builds.reduce((sum, build) => sum + build.pending, 0);
    const since = Math.min(...builds.map(({ unwrittenSince }) => unwrittenSince ?? Infinity));
    return pending >= PENDING_AT_MOST || performance.now() - since >= unwrittenAtMostMs;
  }

  /** As soon as what was begun before is stored. */
  async begin(builds: readonly ViewBuild[], always = false): Promise<void> {
    await this.ended(builds);
    const storing = this.store(builds, builds.flatMap((build) => build.writes(always)));
    for (const build of builds) this.storing.set(build, storing);
    // Whoever waits for it is told; nobody may be waiting yet.
    storing.catch(() => undefined);
  }

  /** @throws what a write threw; its documents will be written again. */
  async ended(builds: readonly ViewBuild[]): Promise<void> {
    const outcomes = await Promise.allSettled(new Set(builds.flatMap((build) => this.storing.get(build) ?? [])));
    for (const build of builds) this.storing.delete(build);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private async store(builds: readonly ViewBuild[], writes: readonly CollectionWrites[]): Promise<void> {
    try {
      this.share.checkOwned();
      if (writes.length > 0) await this.documents.write(writes);
    } catch (error) {
      for (const build of builds) build.notWritten();
      if (!(error instanceof DocumentTooLarge)) throw error;
      return this.storeWithout(error, builds);
    }
    for (const build of builds) build.wrote();
    for (const name of new Set(builds.map((build) => build.name))) this.share.moved(name);
  }

  /** Parks the documents that the store does not take, and writes the others. */
  private async storeWithout(error: DocumentTooLarge, builds: readonly ViewBuild[]): Promise<void> {
    const build = builds.find(({ collection }) => collection === error.collection);
    if (!build) throw error;
    const others = builds.filter((each) => each !== build);
    try {
      for (const { key } of error.documents) await build.setAside(key, error);
    } catch (failure) {
      if (!(failure instanceof ViewFailed)) throw failure;
      await this.share.stopped(build, failure);
      return this.store(others, others.flatMap((each) => each.writes(true)));
    }
    return this.store(builds, builds.flatMap((each) => each.writes(true)));
  }
}
