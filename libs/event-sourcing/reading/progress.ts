import { BEGINNING, type Position } from '../ports/event-store.js';
import type { DocumentStore, DocumentWrite } from '../ports/document-store.js';
import type { Build } from './view-state.js';

/** Collection of what each share tells of itself to other processes. */
export const PROGRESS = 'progress';

export interface BuildProgress {
  version: number;
  generation: number;
  /** Events up to here are in the documents of this partition. */
  position: Position;
  /** It came to where the feed was, and is fed. */
  joined: boolean;
  /** It is at the end of the log. */
  caughtUp: boolean;
}

/** How far a view is within one share. */
export interface ViewProgress {
  live?: BuildProgress;
  building?: BuildProgress;
  deadLetters: number;
  failure?: string;
  retried?: { id: string; released: number; waiting: number };
}

export interface ShareProgress {
  share: number;
  /** Why the views are not fed at the moment. */
  trouble?: string;
  views: Record<string, ViewProgress>;
}

/** As it was told last. */
export interface StoredProgress extends ShareProgress {
  _id: string;
  /** Counts how often the share told. */
  count: number;
}

/** A share's progress, to be written with its documents. Later ones replace earlier ones. */
export function progressWrite(key: string, count: number, progress: ShareProgress): DocumentWrite {
  return { key, position: count, document: { ...progress, count } };
}

/** What was written last for this key, so that the next count is above it. */
export async function lastCount(documents: DocumentStore, key: string): Promise<number> {
  return (await documents.load(PROGRESS, [key])).get(key)?.position ?? 0;
}

export async function storedProgress(documents: DocumentStore): Promise<StoredProgress[]> {
  return (await documents.find(PROGRESS)) as unknown as StoredProgress[];
}

/** A view's partitions as they were told: of each the one that is farthest, since two deployments may feed the same. */
export function partitionsOf(all: readonly ShareProgress[], view: string, build: Build): (BuildProgress | undefined)[] {
  return farthestOf(all, view, build).map((found) => found?.build);
}

/** What the shares that are farthest with the live build tell of the whole view. */
export function toldOf(all: readonly ShareProgress[], view: string, live: Build): ViewProgress[] {
  return farthestOf(all, view, live).flatMap((found) => found?.view ?? []);
}

function farthestOf(all: readonly ShareProgress[], name: string, build: Build): ({ build: BuildProgress; view: ViewProgress } | undefined)[] {
  return Array.from({ length: build.partitions }, (_, share) => {
    const told = all.filter((progress) => progress.share === share).flatMap(({ views }) => views[name] ?? []);
    // A build that has taken over may still be told of as the one being built, and the other way round.
    const builds = told.flatMap((view) => [view.live, view.building].flatMap((each) => (each ? [{ build: each, view }] : [])));
    const same = builds.filter((each) => each.build.generation === build.generation && each.build.version === build.version);
    return same.sort((one, other) => other.build.position - one.build.position)[0];
  });
}

/** Events up to here are in the documents of every partition. */
export function positionOf(partitions: readonly (BuildProgress | undefined)[]): Position {
  return Math.min(...partitions.map((partition) => partition?.position ?? BEGINNING));
}
