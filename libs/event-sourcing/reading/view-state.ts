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
  live?: Build;
  building?: Build;
  paused: boolean;
}

export function collectionOf(view: string, build: Build): string {
  return `${view}_v${build.version}_g${build.generation}`;
}

/** The stored state of views; changes are compare-and-set, so that two processes cannot overwrite each other's. */
export class ViewStates {
  constructor(private readonly documents: DocumentStore) {}

  async get(view: string): Promise<ViewState> {
    const stored = (await this.documents.load(VIEWS, [view])).get(view);
    return (stored?.document as ViewState | undefined) ?? { paused: false };
  }

  /** Applies a change to the present state, again where another process was quicker, and returns what it came to. */
  async change(view: string, change: (state: ViewState) => ViewState): Promise<ViewState> {
    for (;;) {
      const stored = (await this.documents.load(VIEWS, [view])).get(view);
      const document = change((stored?.document as ViewState | undefined) ?? { paused: false });
      const position = (stored?.position ?? 0) + 1;
      if (await this.documents.compareAndSet(VIEWS, { key: view, document, position }, stored?.position)) return document;
    }
  }
}
