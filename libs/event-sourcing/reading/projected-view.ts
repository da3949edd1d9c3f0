import type { AnyView } from '../modelling/view.js';
import { BEGINNING, type Position } from '../ports/event-store.js';
import { partitionsOf, positionOf, toldOf, type ShareProgress } from './progress.js';
import { collectionOf, NOTHING_KNOWN, type Build, type ViewState } from './view-state.js';

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

/** A view as queries and operators see it, put together from what its shares tell, here and in other processes. */
export class ProjectedView {
  readonly types: readonly string[];
  state: ViewState = NOTHING_KNOWN;

  /** @param told what every share tells of itself. */
  constructor(
    readonly view: AnyView,
    private readonly told: () => readonly ShareProgress[],
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

  /** Events up to here are in the documents that answer. */
  get written(): Position {
    return this.state.live ? positionOf(this.partitions(this.state.live)) : BEGINNING;
  }

  /** Its live build is fed in each of its shares. */
  get isFed(): boolean {
    const { live, paused } = this.state;
    return live !== undefined && !paused && this.partitions(live).every((partition) => partition?.joined === true);
  }

  /** The new build is, in each of its shares, as far as the feed. */
  get isBuilt(): boolean {
    const { building } = this.state;
    return building !== undefined && partitionsOf(this.told(), this.name, building).every((partition) => partition?.joined === true);
  }

  status(head: Position): ViewStatus {
    const position = this.written;
    const { live = NO_BUILD, building } = this.state;
    const own = toldOf(this.told(), this.name, live);
    const failure = own.find((progress) => progress.failure !== undefined)?.failure;
    return {
      view: this.name,
      ...live,
      state: this.stateName(live, failure),
      position,
      lag: Math.max(0, head - position),
      deadLetters: own.reduce((sum, progress) => sum + progress.deadLetters, 0),
      ...(failure !== undefined && { error: failure }),
      ...(building && { building: this.buildingStatus(building) }),
    };
  }

  private partitions(live: Build) {
    return partitionsOf(this.told(), this.name, live);
  }

  private stateName(live: Build, failure: string | undefined): ViewStatus['state'] {
    if (failure !== undefined) return 'failed';
    if (live === NO_BUILD) return 'catching-up';
    if (live.version !== this.view.options.version) return 'stale';
    if (this.state.paused) return 'paused';
    return this.partitions(live).every((partition) => partition?.caughtUp === true) ? 'live' : 'catching-up';
  }

  private buildingStatus({ failed, ...build }: NonNullable<ViewState['building']>): ViewStatus['building'] {
    const position = positionOf(partitionsOf(this.told(), this.name, build));
    return { ...build, position, ...(failed !== undefined && { error: failed }) };
  }
}

const NO_BUILD: Build = { version: 0, generation: 0, partitions: 1 };
