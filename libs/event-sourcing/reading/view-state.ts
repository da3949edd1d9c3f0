import type { AnyView } from '../modelling/view.js';
import type { DocumentStore } from '../ports/document-store.js';

/** Collection of what is known about each view: which build answers queries, which one is being built, whether it rests. */
export const VIEWS = 'views';
/** Collection of how far each partition of each build has come. */
export const CHECKPOINTS = 'checkpoints';
export const DEAD_LETTERS = 'dead_letters';

/** One filling of a view's collection from the beginning of the log. */
export interface Build {
  /** The version that the view declares. */
  version: number;
  /** Counts the fillings of one view. */
  generation: number;
  partitions: number;
}

export interface ViewState {
  /** Counts the changes of this state. */
  revision: number;
  live?: Build;
  /** `failed`: why it came to its end. */
  building?: Build & { failed?: string };
  paused: boolean;
  /** Counts how often the view was taken up again. */
  resumed?: number;
  /** The last retry of dead letters that was asked for: of one document or of all. */
  retry?: { id: string; key?: string };
}

/** A view that was never fed. */
export const NOTHING_KNOWN: ViewState = { revision: 0, paused: false };

export function collectionOf(view: string, build: Build): string {
  return `${view}_v${build.version}_g${build.generation}`;
}

export function isSameBuild(one: Build, other: Build): boolean {
  return one.version === other.version && one.generation === other.generation;
}

/** The build, if it goes on and is one that this program's version of the view can fill. */
export function declaredBuild(build: ViewState['building'], view: AnyView): Build | undefined {
  return build && build.failed === undefined && build.version === view.options.version ? build : undefined;
}

/** The state after the next filling of the view was begun. */
export function withNextBuild(state: ViewState, version: number, partitions: number): ViewState {
  const generation = Math.max(state.live?.generation ?? 0, state.building?.generation ?? 0) + 1;
  return { ...state, building: { version, generation, partitions } };
}

/**
 * The state as a program finds it that declares this version: a view that is new is filled at once, a newer version
 * beside. What a newer program builds or has built is left alone: both run while one replaces the other.
 */
export function withDeclared(state: ViewState, version: number, partitions: number): ViewState {
  const { live, building, ...rest } = state;
  if (!live) return { ...rest, live: { version, generation: (building?.generation ?? 0) + 1, partitions } };
  const isNewer = Math.max(live.version, building?.version ?? 0) > version;
  const isBuilding = building?.version === version && building.failed === undefined;
  if (isNewer || isBuilding) return state;
  if (live.version < version) return withNextBuild(state, version, partitions);
  return building ? { ...rest, live } : state;
}

/** The stored state of views; changes are compare-and-set, so that two processes cannot overwrite each other's. */
export class ViewStates {
  constructor(private readonly documents: DocumentStore) {}

  async get(views: readonly string[]): Promise<Map<string, ViewState>> {
    const stored = await this.documents.load(VIEWS, views);
    return new Map(views.map((view) => [view, (stored.get(view)?.document as ViewState | undefined) ?? NOTHING_KNOWN]));
  }

  /** Applies a change to the present state, again where another process was quicker, and returns what it came to. */
  async change(view: string, change: (state: ViewState) => ViewState): Promise<ViewState> {
    for (;;) {
      const stored = (await this.documents.load(VIEWS, [view])).get(view);
      const before = (stored?.document as ViewState | undefined) ?? NOTHING_KNOWN;
      const changed = change(before);
      if (changed === before) return before;
      const position = (stored?.position ?? 0) + 1;
      const document: ViewState = { ...changed, revision: position };
      if (await this.documents.compareAndSet(VIEWS, { key: view, document, position }, stored?.position)) return document;
    }
  }
}
