import type { AnyView } from '../modelling/view.js';
import { BEGINNING, type Position } from '../ports/event-store.js';
import { ViewBuild, type BuildSurroundings } from './view-build.js';
import { collectionOf, type Build, type ViewState, type ViewStates } from './view-state.js';

export interface BuildStatus {
  version: number;
  generation: number;
  partitions: number;
  /** Events up to here are in the documents. */
  position: Position;
}

export interface ViewStatus extends BuildStatus {
  view: string;
  /** `stale`: answers from an older version while the declared one is built. */
  state: 'live' | 'catching-up' | 'paused' | 'failed' | 'stale';
  /** Distance to the head of the log, in the store's units of position. */
  lag: number;
  deadLetters: number;
  error?: string;
  building?: BuildStatus & { error?: string };
}

/** One view in this process: the build that answers, the one being filled, and whether they run. */
export class ProjectedView {
  live: ViewBuild[] = [];
  building: ViewBuild[] = [];
  /** The live builds are fed. */
  joined = false;
  readonly types: readonly string[];
  private state: ViewState = { paused: false };
  private failure: string | undefined;
  private buildFailure: string | undefined;

  constructor(
    readonly view: AnyView,
    private readonly states: ViewStates,
    private readonly around: BuildSurroundings,
    private readonly partitions: number,
  ) {
    this.types = view.eventTypes().map(({ name }) => name);
  }

  get name(): string {
    return this.view.name;
  }

  /** The collection that answers queries. */
  get answering(): string | undefined {
    return this.state.live && collectionOf(this.name, this.state.live);
  }

  /** Whether the live build is of the declared version and may fold. */
  get runs(): boolean {
    return !this.state.paused && this.failure === undefined && this.state.live?.version === this.declared;
  }

  get folded(): Position {
    return Math.min(...this.live.map(({ folded }) => folded));
  }

  get written(): Position {
    return Math.min(...this.live.map(({ written }) => written));
  }

  /** Takes up the stored state: the live build, a build that was interrupted, or a first one; a new version begins to build. */
  async open(): Promise<void> {
    this.state = await this.states.change(this.name, (state) => {
      if (!state.live) return { ...state, live: this.nextBuild(state) };
      const { building, ...rest } = state;
      if (state.live.version === this.declared) return building?.version === this.declared ? state : rest;
      return { ...rest, building: building?.version === this.declared ? building : this.nextBuild(state) };
    });
    this.live = await this.openBuilds(this.state.live!, true);
    this.building = this.state.building ? await this.openBuilds(this.state.building, false) : [];
    await this.dropRetired();
  }

  /** @throws Error a build of this view is under way. */
  async beginBuild(): Promise<void> {
    if (this.building.length > 0) throw new BuildUnderWay(this.name);
    this.buildFailure = undefined;
    this.state = await this.states.change(this.name, (state) => ({ ...state, building: this.nextBuild(state) }));
    this.building = await this.openBuilds(this.state.building!, false);
  }

  isCurrent(builds: readonly ViewBuild[]): boolean {
    if (builds === this.building) return true;
    return builds === this.live && this.runs;
  }

  joinedWith(builds: readonly ViewBuild[]): boolean {
    return this.joined && builds === this.live;
  }

  /** The builds have come to where the feed is: they are fed from now on, and answer if they did not yet. */
  async join(builds: readonly ViewBuild[]): Promise<void> {
    if (builds === this.building) {
      this.state = await this.states.change(this.name, ({ building, ...state }) => (building ? { ...state, live: building } : state));
      this.live = this.building;
      this.building = [];
      this.failure = undefined;
      for (const build of this.live) build.goLive();
    }
    this.joined = this.runs;
  }

  async pause(): Promise<void> {
    this.state = await this.states.change(this.name, (state) => ({ ...state, paused: true }));
    this.joined = false;
  }

  async resume(): Promise<void> {
    this.state = await this.states.change(this.name, (state) => ({ ...state, paused: false }));
    this.failure = undefined;
  }

  fail(build: ViewBuild, error: Error): void {
    if (this.building.includes(build)) {
      this.buildFailure = error.message;
      this.building = [];
    } else {
      this.failure = error.message;
      this.joined = false;
    }
  }

  /** Drops collections of this view that neither answer nor are being filled. */
  async dropRetired(): Promise<void> {
    const { documents } = this.around;
    const used = [...this.live, ...this.building].map(({ collection }) => collection);
    const ours = new RegExp(`^${this.name}_v\\d+_g\\d+$`);
    for (const collection of await documents.listCollections()) {
      if (ours.test(collection) && !used.includes(collection)) await documents.dropCollection(collection);
    }
  }

  status(head: Position, fedToTheEnd: boolean): ViewStatus {
    const position = this.written;
    return {
      view: this.name,
      ...this.state.live!,
      state: this.stateName(fedToTheEnd),
      position,
      lag: Math.max(0, head - position),
      deadLetters: this.live.reduce((sum, build) => sum + build.deadLetters.size, 0),
      ...(this.failure !== undefined && { error: this.failure }),
      ...(this.state.building && { building: this.buildingStatus(this.state.building) }),
    };
  }

  private get declared(): number {
    return this.view.options.version;
  }

  private nextBuild(state: ViewState): Build {
    const generation = Math.max(state.live?.generation ?? 0, state.building?.generation ?? 0) + 1;
    return { version: this.declared, generation, partitions: this.partitions };
  }

  private async openBuilds(build: Build, live: boolean): Promise<ViewBuild[]> {
    const builds = Array.from(
      { length: build.partitions },
      (_, index) => new ViewBuild(this.view, build, { index, count: build.partitions }, live, this.around),
    );
    for (const each of builds) await each.open();
    return builds;
  }

  private stateName(fedToTheEnd: boolean): ViewStatus['state'] {
    if (this.failure !== undefined) return 'failed';
    if (this.state.live?.version !== this.declared) return 'stale';
    if (this.state.paused) return 'paused';
    return this.joined && fedToTheEnd ? 'live' : 'catching-up';
  }

  private buildingStatus(build: Build): ViewStatus['building'] {
    const position = this.building.length > 0 ? Math.min(...this.building.map(({ written }) => written)) : BEGINNING;
    return { ...build, position, ...(this.buildFailure !== undefined && { error: this.buildFailure }) };
  }
}

export class BuildUnderWay extends Error {
  override readonly name = 'BuildUnderWay';
  constructor(view: string) {
    super(`${view} is being rebuilt already; its status tells how far.`);
  }
}
