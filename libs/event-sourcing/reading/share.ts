import { setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { AnyView } from '../modelling/view.js';
import { BEGINNING, type EventPage, type Position } from '../ports/event-store.js';
import { errorFields } from '../support.js';
import { InTurn } from '../writing/in-turn.js';
import { BuildWriter } from './build-writer.js';
import { Rereading } from './interpreting/rereading.js';
import { openBuilds } from './opening.js';
import { ViewFailed } from './page-fold.js';
import { PROGRESS, progressWrite, type ShareProgress, type StoredProgress } from './progress.js';
import { ShareView } from './share-view.js';
import type { SharedHistory } from './shared-history.js';
import type { Trouble } from './trouble.js';
import type { BuildSurroundings, ViewBuild } from './view-build.js';
import { pause } from '../pause.js';
import type { ViewState } from './view-state.js';

/** How long what is folded of history may wait to be written: soon where queries are answered from it, seldom where only an end of the process would lose it. */
const UNWRITTEN_AT_MOST_MS = 5_000;
const UNWRITTEN_BUILD_AT_MOST_MS = 60_000;
const LONGEST_PAUSE_MS = 5_000;

/** Views that are behind by no more than so many events are fed together from where the last of them stood. */
const A_LITTLE = 500_000;

/** What a share needs of whoever runs it. */
export interface ShareOwner {
  pageSize: number;
  /** The log for builds that are behind, read for all shares here. */
  history: SharedHistory;
  /** Whether this process may write for the share at this moment. */
  isOwner(): boolean;
  /** Where it is said that a share is not fed. */
  trouble: Trouble;
  /** Queries see more of the view. */
  moved(view: string): void;
  /** A new build of the view is as far as the feed, here. */
  built(view: string): Promise<void>;
  /** The build cannot be filled. */
  buildFailed(view: string, build: ViewBuild, error: Error): Promise<void>;
  /** Under which key, and after which count, others are told how far the share is; absent where nobody else asks. */
  told?: { key: string; count: number };
}

/**
 * Folds one share of every view: the same partition of each. One subscription feeds all live builds; a build that is
 * behind reads on its own and joins the feed between two pages.
 */
export class Share {
  private readonly views: ReadonlyMap<string, ShareView>;
  private readonly feeding = new InTurn();
  private readonly stopping = new AbortController();
  private readonly background = new Set<Promise<void>>();
  private readonly writer: BuildWriter;
  private fed: Position = BEGINNING;
  private caughtUp = false;
  private trouble: string | undefined;

  constructor(
    readonly index: number,
    declared: readonly AnyView[],
    states: ReadonlyMap<string, ViewState>,
    private readonly around: BuildSurroundings,
    private readonly owner: ShareOwner,
  ) {
    this.writer = new BuildWriter(around.documents, { checkOwned: () => this.checkOwned(), moved: (view) => owner.moved(view), stopped: (build, error) => this.stopped(build, error) });
    this.views = new Map(declared.map((view) => [view.name, new ShareView(view, index, around, states.get(view.name)!)]));
    // Each view that waits for a store listens to the end.
    setMaxListeners(0, this.stopping.signal);
  }

  /** Opens every view where it stood and starts to feed them. Resolves before they have caught up. */
  async start(): Promise<void> {
    await openBuilds([...this.views.values()].flatMap((view) => view.begin()), this.around.documents);
    const live = [...this.views.values()].filter((view) => view.runs).map((view) => view.live!);
    const newest = Math.max(BEGINNING, ...live.map(({ folded }) => folded));
    const aLittle = A_LITTLE * (this.around.events.positionsOfAnEvent ?? 1);
    // An end without notice leaves nearly all of them a little behind: the log is read once for all, not once for each.
    this.fed = Math.min(newest, ...live.map(({ folded }) => folded).filter((folded) => newest - folded <= aLittle));
    for (const view of this.views.values()) {
      if (view.runs && view.live!.folded < this.fed) this.catchUp(view, view.live!);
      else if (view.runs) view.joined = true;
      if (view.building) this.catchUp(view, view.building);
    }
    this.inBackground(this.feed());
  }

  /** Writes what is folded, unless the share belongs to another process by now, and ends. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.background);
    this.owner.trouble.ends(this.index);
  }

  /** @param only of this view alone: asked with every write and every query. */
  progress(only?: string): ShareProgress {
    const wanted = only === undefined ? [...this.views] : [[only, this.views.get(only)!] as const];
    const views = wanted.map(([name, view]) => [name, view.progress(this.caughtUp)] as const);
    return { share: this.index, ...(this.trouble !== undefined && { trouble: this.trouble }), views: Object.fromEntries(views) };
  }

  /** Does what the view's state asks for: rest, go on, build, let another build answer, fold parked documents again. */
  apply(name: string, state: ViewState): Promise<void> {
    const view = this.views.get(name)!;
    return this.feeding.run('feed', () => this.applyInTurn(view, state));
  }

  /** The same for whoever has the turn already: it was called from {@link ShareOwner.built}. */
  applyInOwnTurn(name: string, state: ViewState): Promise<void> {
    return this.applyInTurn(this.views.get(name)!, state);
  }

  private async applyInTurn(view: ShareView, state: ViewState): Promise<void> {
    const before = view.state;
    if (state.revision <= before.revision) return;
    if (state.paused && view.joined) await this.rest(view);
    view.state = state;
    if (state.live?.generation !== before.live?.generation) await view.take(state.live);
    await view.openBuilding();
    if (state.resumed !== before.resumed) view.failure = undefined;
    this.catchUpWhatIsNotFed(view);
    if (state.retry && state.retry.id !== before.retry?.id) await this.retry(view, state.retry);
    this.inBackground(this.tell());
  }

  private async rest(view: ShareView): Promise<void> {
    await this.write([view.live!], true);
    view.joined = false;
  }

  private catchUpWhatIsNotFed(view: ShareView): void {
    if (view.runs && !view.joined) this.catchUp(view, view.live!);
    if (view.building && !view.buildingJoined) this.catchUp(view, view.building);
  }

  /** Folds parked documents again. A view that does not run at the moment has nothing released. */
  private async retry(view: ShareView, { id, key }: NonNullable<ViewState['retry']>): Promise<void> {
    const result = { id, released: 0, waiting: 0 };
    const letters = (view.live?.deadLetters.all() ?? []).filter((letter) => key === undefined || key === letter.key);
    if (view.joined) for (const letter of letters) await view.live!.retry(letter.key);
    // Only the store knows whether it takes them.
    if (view.joined) await this.write([view.live!], true);
    for (const letter of letters) result[view.live!.deadLetters.get(letter.key) ? 'waiting' : 'released']++;
    view.retried = result;
  }

  private async feed(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.feeding.run('feed', () => this.write(this.joined()));
        const head = await this.around.events.head();
        await this.around.readings.upTo(head);
        await this.feeding.run('feed', async () => this.passOver(head));
        for await (const page of this.around.events.subscribe({ after: this.fed, filter: this.filter(), pageSize: this.owner.pageSize, signal })) {
          await this.feeding.run('feed', () => this.take(page));
          failures = 0;
          this.recovered();
        }
      } catch (error) {
        this.troubled(error);
        await pause(Math.min(LONGEST_PAUSE_MS, 50 * 2 ** failures++), signal);
      }
    }
    await this.writeTheRest();
  }

  /** Where nothing is fed yet, nobody needs what is before: a build that comes reads history up to here on its own. */
  private passOver(head: Position): void {
    if (this.joined().length === 0) this.fed = Math.max(this.fed, head);
  }

  private async writeTheRest(): Promise<void> {
    // Whoever has the share now folds the same again.
    if (this.owner.isOwner()) await this.write(this.joined(), true);
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
    const reading = await this.around.readings.of(page);
    const { around } = this;
    const rereadings = new Map<Position, Rereading>();
    for (const build of builds) {
      try {
        if (build.readTo < reading.position && !build.readsAsRecorded) await build.reread(rereadingSince(build.readTo));
        const read = build.read(page, reading);
        if (!build.passes(read)) await build.fold(read);
      } catch (error) {
        if (!(error instanceof ViewFailed)) throw error;
        await this.stopped(build, error);
      }
    }

    function rereadingSince(position: Position): Rereading {
      const rereading = rereadings.get(position) ?? new Rereading(position, reading, around);
      rereadings.set(position, rereading);
      return rereading;
    }
  }

  private async stopped(build: ViewBuild, error: ViewFailed): Promise<void> {
    const view = this.views.get(build.name)!;
    this.around.log.error({ view: view.name, eventId: error.event.id, ...errorFields(error) }, 'a view stopped; others go on');
    if (build === view.building) {
      view.building = undefined;
      view.buildingJoined = false;
      await this.owner.buildFailed(view.name, build, error);
    } else if (build === view.live) {
      view.failure = error.message;
      view.joined = false;
    }
  }

  /** Reads history on its own until the feed can take the build over. */
  private catchUp(view: ShareView, build: ViewBuild): void {
    this.inBackground(this.feeding.run(build.collection, () => this.readUpAndJoin(view, build)));
  }

  private async readUpAndJoin(view: ShareView, build: ViewBuild): Promise<void> {
    const filter = { types: [...new Set([...typesOf(view.view), ...this.around.readings.types])] };
    const isBuilding = build === view.building;
    const goesOn = () => !this.stopping.signal.aborted && view.wants(build) && !view.isFed(build);
    const read = async (until?: Position) => {
      // Then little has to be folded twice.
      await this.around.readings.upTo(await this.around.events.head());
      const after = build.folded;
      const pages = until === undefined ? this.owner.history.read(after, filter) : this.around.events.readAll({ after, until, filter, pageSize: this.owner.pageSize });
      for await (const page of pages) {
        if (!goesOn()) return;
        await this.foldAll([build], page);
        await this.writeWhenDue([build], isBuilding ? UNWRITTEN_BUILD_AT_MOST_MS : UNWRITTEN_AT_MOST_MS);
      }
    };
    await this.withPatience(async () => {
      await read();
      if (goesOn() && isBuilding) await this.makeIndexes(build);
    });
    const join = async () => {
      await read(this.fed);
      if (!goesOn()) return;
      // Also of a view that had nothing to store: whoever takes the share over does not read the same again.
      await this.write([build], true);
      view.join(build);
      await this.tell();
      if (isBuilding) await this.owner.built(view.name);
      this.owner.moved(view.name);
    };
    await this.feeding.run('feed', () => this.withPatience(join));
  }

  /** Documents first, so that the indexes are made from all of them. */
  private async makeIndexes(build: ViewBuild): Promise<void> {
    await this.write([build]);
    await build.index();
  }

  /** Repeats work until it ends without a failure of a store. Folding twice changes nothing. */
  private async withPatience(work: () => Promise<void>): Promise<void> {
    for (let failures = 0; !this.stopping.signal.aborted; ) {
      try {
        await work();
        if (failures > 0) this.recovered();
        return;
      } catch (error) {
        this.troubled(error);
        await pause(Math.min(LONGEST_PAUSE_MS, 50 * 2 ** failures++), this.stopping.signal);
      }
    }
  }

  /** Folding goes on while this is stored. A failure is told to whoever writes next. */
  private async writeWhenDue(builds: readonly ViewBuild[], unwrittenAtMostMs: number): Promise<void> {
    if (this.writer.isDue(builds, unwrittenAtMostMs)) await this.writer.begin(builds);
  }

  private async write(builds: readonly ViewBuild[], always = false): Promise<void> {
    await this.writer.begin(builds, always);
    await this.writer.ended(builds);
    await this.tell();
  }

  /** Tells other processes how far the share is. */
  private async tell(): Promise<void> {
    const { told } = this.owner;
    if (!told) return;
    this.checkOwned();
    await this.around.documents.write([{ collection: PROGRESS, writes: [progressWrite(told.key, ++told.count, this.progress())] }]);
  }

  /** Tells again where what is stored is not what is so: a process that had the share before may have told late. */
  async tellAnew(stored: StoredProgress | undefined): Promise<void> {
    const { told } = this.owner;
    if (!told || !this.owner.isOwner()) return;
    if (stored) told.count = Math.max(told.count, stored.count);
    const { _id, count: _count, ...progress } = stored ?? { _id: '', count: 0 };
    if (!isDeepStrictEqual(progress, JSON.parse(JSON.stringify(this.progress())))) await this.tell();
  }

  private joined(): ViewBuild[] {
    return [...this.views.values()].flatMap((view) => view.fed);
  }

  private filter() {
    return { types: [...new Set([...[...this.views.values()].flatMap(({ view }) => typesOf(view)), ...this.around.readings.types])] };
  }

  private checkOwned(): void {
    if (!this.owner.isOwner()) throw new ShareLost(this.index);
  }

  private troubled(error: unknown): void {
    this.trouble = errorFields(error).error;
    this.owner.trouble.begins(this.index, error);
  }

  private recovered(): void {
    this.trouble = undefined;
    this.owner.trouble.ends(this.index);
  }

  private inBackground(work: Promise<void>): void {
    const settled = work
      .catch((error: unknown) => this.around.log.error(errorFields(error), 'background work of the projector failed'))
      .finally(() => this.background.delete(settled));
    this.background.add(settled);
  }
}

/** Another worker has the share by now, or may have. */
class ShareLost extends Error {
  override readonly name = 'ShareLost';
  constructor(share: number) {
    super(`Share ${share} is no longer this worker's.`);
  }
}

function typesOf(view: AnyView): string[] {
  return view.eventTypes().map(({ name }) => name);
}
