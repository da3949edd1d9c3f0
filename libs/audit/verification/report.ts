import { type Position } from '#event-sourcing';
import { type Head } from '../heads/head.js';
import { type InvalidHead } from '../heads/kept-heads.js';

/** What is wrong with one event. */
export interface Finding {
  /** `inserted`: it is in the log and was not; `missing`: the other way round. */
  kind: 'changed' | 'inserted' | 'unreadable' | 'missing';
  position: Position;
}

/** Where the log stops being what it was. */
export interface FirstBad {
  kind: Finding['kind'] | 'rewritten';
  /** The event at this position, or, where `upTo` is given, one from it up to there. */
  position: Position;
  upTo?: Position;
}

/** A head, as far as a report names it. */
export type HeadName = Pick<Head, 'size' | 'position' | 'time'>;

export interface Verdict {
  ok: boolean;
  problems: string[];
}

export interface Report {
  ok: boolean;
  /** Events read, and the position of the last. */
  events: number;
  position: Position;
  /** Events that an interrupted run had read before this one went on with it. */
  resumedAfter?: number;
  /** That every event is as it was. */
  integrity: Verdict;
  /** That no event is missing. */
  completeness: Verdict;
  firstBad?: FirstBad;
  /** Findings at single events: how many of each kind, and the first of all. */
  counts: Record<Finding['kind'], number>;
  findings: Finding[];
  heads: { checked: number; matching: number; lastMatching?: HeadName; firstOther?: HeadName; invalid: InvalidHead[] };
  /** That the tree in the document store, which is derived, fits the log. */
  tree: Verdict;
  /** Events after the last head: nothing outside the store vouches for them yet. */
  notInAnyHead: number;
}

/** Findings that a report lists; all are counted. */
export const LISTED_FINDINGS = 100;
