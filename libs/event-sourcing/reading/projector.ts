import { setMaxListeners } from 'node:events';
import type { AnyView } from '../modelling/view.js';
import type { CollectionWrites } from '../ports/document-store.js';
import { BEGINNING, type EventPage, type Position } from '../ports/event-store.js';
import { errorFields } from '../support.js';
import { InTurn } from '../writing/in-turn.js';
import { ViewFailed } from './page-fold.js';
import { ProjectedView, type ViewStatus } from './projected-view.js';
import type { BuildSurroundings, ViewBuild } from './view-build.js';
import { CHECKPOINTS, DEAD_LETTERS, ViewStates } from './view-state.js';
import { Waiting } from './waiting.js';

export interface ProjectorOptions {
  /** Events in a page. Default 1,000. */
  pageSize?: number;
  /** Into how many parts a view is split when it is built. Default 1. */
  partitions?: number;
  /** Milliseconds that a retired collection stays for queries that are still reading it. Default 30,000. */
  graceMs?: number;
}

/**
 * While history is folded, what is folded is written when this many documents wait, or after this many milliseconds:
 * soon where queries are answered from it, seldom where only an end of the process would lose it.
 */
const PENDING_AT_MOST = 50_000;
const UNWRITTEN_AT_MOST_MS = 5_000;
const UNWRITTEN_BUILD_AT_MOST_MS = 60_000;
const LONGEST_PAUSE_MS = 5_000;

export class UnknownView extends Error {
  override readonly name = 'UnknownView';
  constructor(name: string, known: readonly string[]) {
    super(`There is no view ${name}. Views: ${known.join(', ')}.`);
  }
}

export class NotLive extends Error {
  override readonly name = 'NotLive';
  constructor(view: string) {
    super(`${view} is not being fed at the moment (paused, failed or catching up): its status tells why. Resume it or wait, then retry.`);
  }
}

/**
 * Keeps every view up to date: one subscription feeds all live builds; a build that is behind reads on its own and
 * joins the feed between two pages.
 */
export class Projector {
  private readonly views = new Map<string, ProjectedView>();
  private readonly feeding = new InTurn();
  private readonly waiting = new Waiting();
  private readonly stopping = new AbortController();
  private readonly background = new Set<Promise<void>>();
  private readonly pageSize: number;
  private readonly states: ViewStates;
  /** Writes under way, one at the most for each build. */
  private readonly storing = new Map<ViewBuild, Promise<void>>();
  private fed: Position = BEGINNING;
  private caughtUp = false;
  private trouble: string | undefined;

  constructor(
    declared: Iterable<AnyView>,
    private readonly around: BuildSurroundings,
    private readonly options: ProjectorOptions = {},
  ) {
    this.pageSize = options.pageSize ?? 1_000;
    this.states = new ViewStates(around.documents);
    // Each view that waits, for its grace to end or for a store, listens to the end.
    setMaxListeners(0, this.stopping.signal);
    for (const view of declared) {
      if (this.views.has(view.name)) throw new Error(`Two views are called ${view.name}.`);
      this.views.set(view.name, new ProjectedView(view, this.states, around, options.partitions ?? 1));
    }
  }

  /** Opens every view where it stood and starts to feed them. Resolves before they have caught up. */
  async start(): Promise<void> {
    for (const collection of [CHECKPOINTS, DEAD_LETTERS]) await this.around.documents.ensureCollection(collection);
    for (const view of this.views.values()) await view.open();
    const live = [...this.views.values()].filter((view) => view.runs).flatMap((view) => view.live);
    this.fed = Math.max(BEGINNING, ...live.map(({ folded }) => folded));
    for (const view of this.views.values()) {
      if (view.runs && view.folded < this.fed) this.inBackground(this.catchUp(view, view.live));
      else if (view.runs) view.joined = true;
      if (view.building.length > 0) this.inBackground(this.build(view));
    }
    this.inBackground(this.feed());
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.background);
  }

  names(): string[] {
    return [...this.views.keys()];
  }

  /** @throws UnknownView */
  get(name: string): ProjectedView {
    const view = this.views.get(name);
    if (!view) throw new UnknownView(name, this.names());
    return view;
  }

  /** Whether the view holds all events up to the position within the time. */
  async reaches(name: string, position: Position, timeoutMs: number): Promise<boolean> {
    if (this.get(name).written >= position) return true;
    return this.waiting.until(name, position, timeoutMs);
  }

  async status(): Promise<{ head: Position; trouble?: string; views: ViewStatus[] }> {
    const head = await this.around.events.head();
    const views = [...this.views.values()].map((view) => view.status(head, this.caughtUp));
    return { head, views, ...(this.trouble !== undefined && { trouble: this.trouble }) };
  }

  /** The view keeps answering from what it has, and folds nothing until it is resumed; also after a restart. */
  async pause(name: string): Promise<void> {
    const view = this.get(name);
    await this.feeding.run('feed', async () => {
      if (view.joined) await this.write(view.live, true);
      await view.pause();
    });
  }

  /** Takes up a view that was paused or that failed. */
  async resume(name: string): Promise<void> {
    const view = this.get(name);
    await view.resume();
    if (!view.joined) this.inBackground(this.catchUp(view, view.live));
  }

  /** Fills the view anew beside the live one and swaps when it has caught up. Resolves when the build has begun. */
  async rebuild(name: string): Promise<void> {
    const view = this.get(name);
    await view.beginBuild();
    this.inBackground(this.build(view));
  }

  /**
   * Folds parked documents again: one, or all of the view.
   * @returns how many go on and how many still wait.
   * @throws NotLive the view does not run at the moment.
   */
  async retry(name: string, key?: string): Promise<{ released: number; waiting: number }> {
    const view = this.get(name);
    return this.feeding.run('feed', async () => {
      if (!view.joined) throw new NotLive(name);
      const result = { released: 0, waiting: 0 };
      for (const build of view.live) {
        for (const letter of build.deadLetters.all()) {
          if (key === undefined || key === letter.key) result[(await build.retry(letter.key)) ? 'released' : 'waiting']++;
        }
      }
      await this.write(view.live, true);
      return result;
    });
  }

  private async feed(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.feeding.run('feed', () => this.write(this.joined()));
        for await (const page of this.around.events.subscribe({ after: this.fed, filter: this.filter(), pageSize: this.pageSize, signal })) {
          await this.feeding.run('feed', () => this.take(page));
          failures = 0;
          this.recovered();
        }
      } catch (error) {
        this.troubled(error);
        await pause(Math.min(LONGEST_PAUSE_MS, 50 * 2 ** failures++), signal);
      }
    }
    await this.write(this.joined(), true);
  }

  private async take(page: EventPage): Promise<void> {
    await this.foldAll(this.joined(), page);
    this.fed = page.position;
    this.caughtUp = page.caughtUp;
    if (page.caughtUp) await this.write(this.joined());
    else await this.writeWhenDue(this.joined(), UNWRITTEN_AT_MOST_MS);
  }

  /** Folds a page into each build; one that fails leaves the others alone. */
  private async foldAll(builds: readonly ViewBuild[], page: EventPage): Promise<void> {
    for (const build of builds) {
      try {
        await build.fold(page);
      } catch (error) {
        if (!(error instanceof ViewFailed)) throw error;
        this.around.log.error({ view: build.name, eventId: error.event.id, ...errorFields(error) }, 'a view stopped; others go on');
        this.get(build.name).fail(build, error);
      }
    }
  }

  /** Reads history on its own until the feed can take the view over. */
  private catchUp(view: ProjectedView, builds: readonly ViewBuild[]): Promise<void> {
    return this.feeding.run(builds[0]!.collection, () => this.readUpAndJoin(view, builds));
  }

  private async readUpAndJoin(view: ProjectedView, builds: readonly ViewBuild[]): Promise<void> {
    const filter = { types: view.types };
    const goesOn = () => !this.stopping.signal.aborted && !view.joinedWith(builds) && view.isCurrent(builds);
    const read = async (until?: Position) => {
      const after = Math.min(...builds.map(({ folded }) => folded));
      for await (const page of this.around.events.readAll({ after, filter, pageSize: this.pageSize, ...(until !== undefined && { until }) })) {
        if (!goesOn()) return;
        await this.foldAll(builds, page);
        await this.writeWhenDue(builds, builds === view.building ? UNWRITTEN_BUILD_AT_MOST_MS : UNWRITTEN_AT_MOST_MS);
      }
    };
    await this.withPatience(async () => {
      await read();
      if (goesOn() && builds === view.building) await this.index(builds);
    });
    const join = async () => {
      await read(this.fed);
      if (!goesOn()) return;
      await this.write(builds);
      await view.join(builds);
      this.waiting.moved(view.name, view.written);
    };
    await this.feeding.run('feed', () => this.withPatience(join));
  }

  private async build(view: ProjectedView): Promise<void> {
    const retired = view.answering;
    await this.catchUp(view, view.building);
    if (retired === undefined || view.answering === retired) return;
    await pause(this.options.graceMs ?? 30_000, this.stopping.signal);
    await view.dropRetired();
  }

  /** Repeats a read of the log until it ends without a failure of the store. Folding twice changes nothing. */
  private async withPatience(read: () => Promise<void>): Promise<void> {
    for (let failures = 0; !this.stopping.signal.aborted; ) {
      try {
        await read();
        return;
      } catch (error) {
        this.troubled(error);
        await pause(Math.min(LONGEST_PAUSE_MS, 50 * 2 ** failures++), this.stopping.signal);
      }
    }
  }

  /** Documents first, so that the indexes are made from all of them. */
  private async index(builds: readonly ViewBuild[]): Promise<void> {
    await this.write(builds);
    for (const build of builds) await build.index();
  }

  /** Folding goes on while this is stored. A failure is told to whoever writes next. */
  private async writeWhenDue(builds: readonly ViewBuild[], unwrittenAtMostMs: number): Promise<void> {
    const pending = builds.reduce((sum, build) => sum + build.pending, 0);
    const since = Math.min(...builds.map(({ unwrittenSince }) => unwrittenSince ?? Infinity));
    if (pending >= PENDING_AT_MOST || performance.now() - since >= unwrittenAtMostMs) await this.beginToWrite(builds);
  }

  private async write(builds: readonly ViewBuild[], always = false): Promise<void> {
    await this.beginToWrite(builds, always);
    await this.stored(builds);
  }

  /** As soon as what was begun before is stored. */
  private async beginToWrite(builds: readonly ViewBuild[], always = false): Promise<void> {
    await this.stored(builds);
    const storing = this.store(builds, builds.flatMap((build) => build.writes(always)));
    for (const build of builds) this.storing.set(build, storing);
    // Whoever waits for it is told; nobody may be waiting yet.
    storing.catch(() => undefined);
  }

  /** @throws what a write threw; its documents will be written again. */
  private async stored(builds: readonly ViewBuild[]): Promise<void> {
    const outcomes = await Promise.allSettled(new Set(builds.flatMap((build) => this.storing.get(build) ?? [])));
    for (const build of builds) this.storing.delete(build);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private async store(builds: readonly ViewBuild[], writes: readonly CollectionWrites[]): Promise<void> {
    try {
      if (writes.length > 0) await this.around.documents.write(writes);
    } catch (error) {
      for (const build of builds) build.notWritten();
      throw error;
    }
    for (const build of builds) build.wrote();
    for (const name of new Set(builds.map((build) => build.name))) this.waiting.moved(name, this.get(name).written);
  }

  private joined(): ViewBuild[] {
    return [...this.views.values()].filter((view) => view.joined).flatMap((view) => view.live);
  }

  private filter() {
    return { types: [...new Set([...this.views.values()].flatMap((view) => view.types))] };
  }

  /** Said once when it begins, not at each attempt. */
  private troubled(error: unknown): void {
    const { error: message, stack } = errorFields(error);
    if (this.trouble === undefined) this.around.log.error({ error: message, stack }, 'views are not fed; trying again');
    this.trouble = message;
  }

  private recovered(): void {
    if (this.trouble !== undefined) this.around.log.info({ after: this.trouble }, 'views are fed again');
    this.trouble = undefined;
  }

  private inBackground(work: Promise<void>): void {
    const settled = work
      .catch((error: unknown) => this.around.log.error(errorFields(error), 'background work of the projector failed'))
      .finally(() => this.background.delete(settled));
    this.background.add(settled);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
