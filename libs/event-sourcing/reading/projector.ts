import { createHash, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { AnyView } from '../modelling/view.js';
import { StoreUnavailable, type Position } from '../ports/event-store.js';
import { errorFields } from '../support.js';
import type { DeadLetter } from './dead-letters.js';
import { BuildUnderWay, NotLive, UnknownView } from './errors.js';
import { Leases, LEASES } from './leases.js';
import { TRAILS } from './moments/trails.js';
import { pause } from '../pause.js';
import { ProjectedView, type ViewStatus } from './projected-view.js';
import { lastCount, PROGRESS, storedProgress, type ShareProgress, type StoredProgress } from './progress.js';
import { Share, type ShareOwner } from './share.js';
import { SharedHistory } from './shared-history.js';
import { Trouble } from './trouble.js';
import type { BuildSurroundings, ViewBuild } from './view-build.js';
import { CHECKPOINTS, collectionOf, DEAD_LETTERS, ViewStates, withDeclared, withNextBuild, type ViewState } from './view-state.js';
import { Waiting } from './waiting.js';

export interface ProjectorOptions {
  /** Events in a page. Default 1,000. */
  pageSize?: number;
  /** Into how many parts a view is split when it is built. Default 1. */
  partitions?: number;
  /** Milliseconds that a retired collection stays for queries that are still reading it. Default 30,000. */
  graceMs?: number;
  /** Set where other processes use the same document store: they divide the work, and tell each other how far they are. */
  shared?: SharedProjectorOptions;
  /** Whether this process folds; where others do, it only needs to know how far they are. Default true. */
  feed?: boolean;
}

export interface SharedProjectorOptions {
  /** Name of this process among the workers. Default: a new one. */
  worker?: string;
  /** A worker that was not heard of for so long loses its shares. Default 4,000 ms. */
  ttlMs?: number;
  /** How often a worker shows that it lives, and looks what has changed. Default 1,000 ms. */
  beatMs?: number;
}

const TTL_MS = 4_000;
const BEAT_MS = 500;
/** How often others are asked how far they are while somebody waits for them. */
const LOOK_MS = 20;
const RETRY_TIMEOUT_MS = 10_000;

/**
 * Keeps every view up to date: runs the shares that are this process's part, all of them where no other process takes
 * part, and knows of the others what they tell.
 */
export class Projector {
  private readonly views = new Map<string, ProjectedView>();
  private readonly shares = new Map<number, Share>();
  /** Shares that are being opened. Beats do not wait for them: leases would run out meanwhile. */
  private readonly opening = new Map<number, Promise<void>>();
  private failure: Error | undefined;
  private readonly waiting = new Waiting();
  private readonly stopping = new AbortController();
  private readonly background = new Set<Promise<void>>();
  private readonly states: ViewStates;
  private readonly trouble: Trouble;
  private readonly partitions: number;
  private readonly pageSize: number;
  private readonly history: SharedHistory;
  private readonly leases: Leases | undefined;
  private readonly group: string;
  /** What shares elsewhere told when they were last asked. */
  private told: StoredProgress[] = [];
  private looking: Promise<void> | undefined;

  constructor(
    private readonly declared: readonly AnyView[],
    private readonly around: BuildSurroundings,
    private readonly options: ProjectorOptions = {},
  ) {
    this.partitions = options.partitions ?? 1;
    this.pageSize = options.pageSize ?? 1_000;
    this.history = new SharedHistory(around.events, this.pageSize);
    this.states = new ViewStates(around.documents);
    this.trouble = new Trouble(around.log, 'views');
    for (const view of declared) {
      if (this.views.has(view.name)) throw new Error(`Two views are called ${view.name}.`);
      this.views.set(view.name, new ProjectedView(view, () => this.progress(view.name)));
    }
    this.group = groupOf(declared, this.partitions);
    if (options.shared) this.leases = this.leasesFor(options.shared);
    setMaxListeners(0, this.stopping.signal);
  }

  /** Opens every view where it stood and starts to feed them. Resolves before they have caught up. */
  async start(): Promise<void> {
    const { feed = true } = this.options;
    for (const collection of [CHECKPOINTS, DEAD_LETTERS]) await this.around.documents.ensureCollection(collection);
    if (this.options.shared) for (const collection of [LEASES, PROGRESS]) await this.around.documents.ensureCollection(collection);
    const declare = (view: AnyView) => this.states.change(view.name, (state) => withDeclared(state, view.options.version, this.partitions));
    await Promise.all(this.declared.map(async (view) => void (this.views.get(view.name)!.state = await (feed ? declare(view) : this.stateOf(view.name)))));
    await this.dropRetired();
    if (this.options.shared) await this.startShared(feed);
    else if (feed) for (let share = 0; share < this.shareCount(); share++) if (!this.shares.has(share)) await this.open(share);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.background, ...this.opening.values()]);
    await Promise.all([...this.shares.values()].map((share) => share.stop()));
    await this.leases?.end().catch((error: unknown) => this.around.log.warn(errorFields(error), 'shares were not given back; others take them in some seconds'));
  }

  /** Views that may be asked. */
  names(): string[] {
    return this.declared.filter(({ options }) => !options.internal).map(({ name }) => name);
  }

  /** Where the trails are and how far; undefined while those of this program are being made. */
  keptTrails(): { collection: string; written: Position } | undefined {
    const { view, state, answering, written } = this.get(TRAILS);
    return answering !== undefined && state.live?.version === view.options.version ? { collection: answering, written } : undefined;
  }

  private allNames(): string[] {
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
    const reached = this.waiting.until(name, position, timeoutMs);
    if (this.options.shared) this.looking ??= this.lookWhileWaiting().finally(() => (this.looking = undefined));
    return reached;
  }

  async status(): Promise<{ head: Position; trouble?: string; views: ViewStatus[] }> {
    const head = await this.around.events.head();
    if (this.options.shared) await this.look();
    const trouble = this.toldTrouble();
    return { head, views: [...this.views.values()].map((view) => view.status(head)), ...(trouble !== undefined && { trouble }) };
  }

  /** The parked documents of a view. @throws UnknownView */
  async deadLetters(name: string): Promise<DeadLetter[]> {
    const collection = this.get(name).answering;
    if (collection === undefined) return [];
    return (await this.around.documents.find(DEAD_LETTERS, { filter: { collection } })).map(({ _id, ...letter }) => letter as unknown as DeadLetter);
  }

  /** The view keeps answering from what it has, and folds nothing until it is resumed; also after a restart. */
  async pause(name: string): Promise<void> {
    await this.change(name, (state) => ({ ...state, paused: true }));
  }

  /** Takes up a view that was paused or that failed. */
  async resume(name: string): Promise<void> {
    await this.change(name, (state) => ({ ...state, paused: false, resumed: (state.resumed ?? 0) + 1 }));
  }

  /** Fills the view anew beside the live one and swaps when it has caught up. Resolves when the build has begun. @throws BuildUnderWay */
  async rebuild(name: string): Promise<void> {
    const { view } = this.get(name);
    await this.change(name, (state) => {
      if (state.building && state.building.failed === undefined) throw new BuildUnderWay(name);
      return withNextBuild(state, view.options.version, this.partitions);
    });
  }

  /**
   * Folds parked documents again: one, or all of the view.
   * @returns how many go on and how many still wait.
   * @throws NotLive the view does not run at the moment. @throws StoreUnavailable the workers that have it do not answer.
   */
  async retry(name: string, key?: string): Promise<{ released: number; waiting: number }> {
    const view = this.get(name);
    await this.look();
    if (!view.isFed) throw new NotLive(name);
    const id = randomUUID();
    await this.change(name, (state) => ({ ...state, retry: { id, ...(key !== undefined && { key }) } }));
    const end = performance.now() + RETRY_TIMEOUT_MS;
    for (;;) {
      const told = this.progress().flatMap(({ views }) => views[name]?.retried ?? []).filter((retried) => retried.id === id);
      if (told.length >= view.state.live!.partitions) return { released: sum(told.map(({ released }) => released)), waiting: sum(told.map(({ waiting }) => waiting)) };
      if (performance.now() > end) throw new StoreUnavailable(`The workers that feed ${name} have not tried its dead letters again within ${RETRY_TIMEOUT_MS / 1000} s; they do as soon as they can.`);
      await pause(LOOK_MS, this.stopping.signal);
      await this.look();
    }
  }

  /** Everything that is known of shares: of those here what is so now. */
  private progress(view?: string): ShareProgress[] {
    const here = [...this.shares.values()].map((share) => share.progress(view));
    if (this.told.length === 0) return here;
    const elsewhere = this.told.filter(({ _id }) => ![...this.shares.keys()].some((share) => _id === this.keyOf(share)));
    return [...here, ...elsewhere];
  }

  /** Why this deployment's views are not fed; what an earlier one told last is past. */
  private toldTrouble(): string | undefined {
    return this.progress().find(({ _id = this.group, trouble }: Partial<StoredProgress>) => _id.startsWith(this.group) && trouble !== undefined)?.trouble;
  }

  private keyOf(share: number): string {
    return `${this.group}/${share}`;
  }

  private shareCount(): number {
    const builds = [...this.views.values()].flatMap(({ state: { live, building } }) => [live, building]);
    return Math.max(this.partitions, ...builds.map((build) => build?.partitions ?? 1));
  }

  private stateOf(name: string): Promise<ViewState> {
    return this.states.get([name]).then((states) => states.get(name)!);
  }

  private async change(name: string, change: (state: ViewState) => ViewState): Promise<void> {
    this.get(name);
    await this.apply(name, await this.states.change(name, change));
  }

  /** Hands a new state to the view's shares here; those elsewhere find it with their next beat. */
  private async apply(name: string, state: ViewState, except?: number): Promise<void> {
    const view = this.get(name);
    if (state.revision >= view.state.revision) view.state = state;
    for (const share of this.shares.values()) if (share.index !== except) await share.apply(name, state);
    this.moved(name);
  }

  private async open(index: number): Promise<void> {
    const states = new Map([...this.views].map(([name, { state }]) => [name, state]));
    const owner = await this.ownerOf(index);
    const share = new Share(index, this.declared, states, this.around, owner);
    await share.start();
    // It may have been given back or lost while it was opened.
    if (!owner.isOwner()) return share.stop();
    this.shares.set(index, share);
    // They may have changed while it was opened.
    for (const [name, { state }] of this.views) await share.apply(name, state);
  }

  private openInBackground(index: number): void {
    const opening = this.open(index)
      .catch((error: Error) => void (this.failure = error))
      .then(() => void this.opening.delete(index));
    this.opening.set(index, opening);
  }

  private async ownerOf(index: number): Promise<ShareOwner> {
    const key = this.keyOf(index);
    return {
      pageSize: this.pageSize,
      history: this.history,
      trouble: this.trouble,
      isOwner: () => this.leases?.holds(index) ?? true,
      moved: (view) => this.moved(view),
      built: (view) => this.swapWhenBuilt(view, index),
      buildFailed: (view, build, error) => this.buildFailed(view, build, error),
      ...(this.options.shared && { told: { key, count: await lastCount(this.around.documents, key) } }),
    };
  }

  private moved(view: string): void {
    this.waiting.moved(view, () => this.get(view).written);
  }

  /** Lets the new build answer once all its shares are as far as the feed. @param share the one that asks, in its turn. */
  private async swapWhenBuilt(name: string, share: number): Promise<void> {
    if (this.options.shared) await this.look();
    const view = this.get(name);
    const { building: built, live: retired } = view.state;
    if (!built || !view.isBuilt) return;
    const state = await this.states.change(name, (state) => {
      const { building, ...rest } = state;
      return building?.generation === built.generation ? { ...rest, live: built } : state;
    });
    if (retired) this.inBackground(this.dropLater(name));
    await this.shares.get(share)?.applyInOwnTurn(name, state);
    // Another share may be waiting for this one in its own turn.
    this.inBackground(this.apply(name, state, share));
  }

  private async buildFailed(name: string, { build }: ViewBuild, error: Error): Promise<void> {
    const view = this.get(name);
    view.state = await this.states.change(name, (state) => {
      if (state.building?.generation !== build.generation) return state;
      return { ...state, building: { ...state.building, failed: error.message } };
    });
  }

  private async dropLater(name: string): Promise<void> {
    await pause(this.options.graceMs ?? 30_000, this.stopping.signal);
    if (!this.stopping.signal.aborted) await this.dropRetired([name]);
  }

  /** Drops collections of these views that neither answer nor are being filled. */
  private async dropRetired(names: readonly string[] = this.allNames()): Promise<void> {
    const { documents } = this.around;
    const states = await this.states.get(names);
    const used = names.flatMap((name) => [states.get(name)!.live, states.get(name)!.building].flatMap((build) => (build ? [collectionOf(name, build)] : [])));
    const ofThese = new RegExp(`^(${names.join('|')})_v\\d+_g\\d+$`);
    for (const collection of await documents.listCollections()) {
      if (ofThese.test(collection) && !used.includes(collection)) await documents.dropCollection(collection);
    }
  }

  private leasesFor({ worker = randomUUID(), ttlMs = TTL_MS }: SharedProjectorOptions): Leases {
    return new Leases(this.around.documents, { worker, group: this.group, shares: this.partitions, ttlMs, now: () => performance.now() });
  }

  private async startShared(feed: boolean): Promise<void> {
    if (feed) await this.renew();
    await this.tend(feed);
    this.inBackground(this.beatOn(feed));
  }

  private async beatOn(feed: boolean): Promise<void> {
    const { signal } = this.stopping;
    const { beatMs = BEAT_MS } = this.options.shared!;
    let tending: Promise<void> | undefined;
    const tend = () => this.tend(feed).catch((error: Error) => void (this.failure = error)).finally(() => void (tending = undefined));
    for (let trouble: string | undefined; !signal.aborted; ) {
      await pause(beatMs, signal);
      if (signal.aborted) break;
      try {
        if (feed) await this.renew();
        // What takes long, an index or a page, must not let the leases end meanwhile.
        tending ??= tend();
        await Promise.race([tending, pause(beatMs, signal)]);
        this.throwFailure();
        if (trouble !== undefined) this.around.log.info({ after: trouble }, 'this process takes part again in what is shared about views');
        trouble = undefined;
      } catch (error) {
        const fields = errorFields(error);
        if (trouble === undefined) this.around.log.error(fields, 'this process cannot take part in what is shared about views; trying again');
        trouble = fields.error;
      }
    }
    await tending;
  }

  /** Renews and divides shares. One that was lost is closed before it can be had again. */
  private async renew(): Promise<void> {
    await this.leases!.beat((share) => this.close(share));
    for (const share of this.shares.keys()) if (!this.leases!.shares.includes(share)) await this.close(share);
  }

  /** Takes in what other processes have changed, and feeds the shares that this one has. */
  private async tend(feed: boolean): Promise<void> {
    await this.takeInStates();
    if (feed) {
      for (const share of this.leases!.shares) if (!this.shares.has(share) && !this.opening.has(share)) this.openInBackground(share);
      for (const [name, view] of this.views) if (view.isBuilt) await this.swapWhenBuilt(name, -1);
    }
    await this.look();
    for (const [index, share] of this.shares) await share.tellAnew(this.told.find(({ _id }) => _id === this.keyOf(index)));
  }

  private throwFailure(): void {
    const error = this.failure;
    this.failure = undefined;
    if (error) throw error;
  }

  private async close(index: number): Promise<void> {
    const share = this.shares.get(index);
    this.shares.delete(index);
    await share?.stop();
  }

  private async takeInStates(): Promise<void> {
    for (const [name, state] of await this.states.get(this.allNames())) {
      if (state.revision > this.get(name).state.revision) await this.apply(name, state);
    }
  }

  private async look(): Promise<void> {
    if (!this.options.shared) return;
    this.told = await storedProgress(this.around.documents);
    for (const name of this.allNames()) this.moved(name);
  }

  private async lookWhileWaiting(): Promise<void> {
    while (this.waiting.count > 0 && !this.stopping.signal.aborted) {
      try {
        await this.look();
      } catch (error) {
        this.around.log.warn(errorFields(error), 'nothing was heard of how far the views are');
        await pause(BEAT_MS, this.stopping.signal);
      }
      await pause(LOOK_MS, this.stopping.signal);
    }
  }

  private inBackground(work: Promise<void>): void {
    const settled = work
      .catch((error: unknown) => this.around.log.error(errorFields(error), 'background work of the projector failed'))
      .finally(() => this.background.delete(settled));
    this.background.add(settled);
  }
}

/** Workers of the same group fold the same versions of the same views; others run beside them. */
function groupOf(declared: readonly AnyView[], partitions: number): string {
  const versions = declared.map(({ name, options: { version } }) => `${name}@${version}`).sort();
  return createHash('sha256').update(JSON.stringify([partitions, ...versions])).digest('hex').slice(0, 12);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
