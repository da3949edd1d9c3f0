import { InvalidQuery, type Filter, type Sort } from '../ports/document-store.js';
import type { Position } from '../ports/event-store.js';
import type { ReplayProgress } from './moments/moment-collections.js';
import type { Moment } from './moments/moment.js';
import type { RowsInstead } from './reader-instead.js';

export interface ListQuery {
  filter?: Filter;
  sort?: Sort;
  projection?: Record<string, unknown>;
  /** 1 to {@link MAX_PAGE}; default 50. */
  limit?: number;
  /** `next` of the page before. */
  cursor?: string;
}

export interface Freshness {
  /** The answer must hold all events up to this position. */
  after?: Position;
  /** How long to wait for that. Default 5,000 ms. */
  timeoutMs?: number;
  /** The answer as of this moment, instead of now. */
  moment?: Moment;
  /** The policies in force at this moment decide, as if there had never been others, instead of those then in force. */
  policies?: Moment;
  onProgress?: (progress: ReplayProgress) => void;
}

/** `position`: the view held all events up to here when it answered. */
export interface Answer<T> {
  value: T;
  position: Position;
}

export interface Page {
  items: Record<string, unknown>[];
  /** Give it as `cursor` to go on; absent on the last page. */
  next?: string;
}

export const MAX_PAGE = 1_000;

/** The view did not come to the position in time. */
export class NotYetThere extends Error {
  override readonly name = 'NotYetThere';
  constructor(
    readonly view: string,
    readonly asked: Position,
    readonly position: Position,
  ) {
    super(`${view} is at position ${position} and did not reach ${asked} in time. Ask again later, or without a position for what there is.`);
  }
}

/** What of a view is read whole. */
export interface WholeRead {
  /** With the fields of the moment. */
  computed: boolean;
  /** Rows of views that are supposed to be others. */
  instead?: RowsInstead | undefined;
}

export interface DifferencesQuery {
  /** Only differences in these fields. */
  fields?: readonly string[];
  /** 1 to {@link MAX_PAGE}; default 50. */
  limit?: number;
  /** `next` of the page before. */
  cursor?: string;
}

export interface WhatIfQuery extends DifferencesQuery {
  /** As of this moment, instead of now. */
  moment?: Moment;
}

/** Which rows an answer may be made of, and how each is shown. */
export interface Shown {
  filter: Filter;
  row: <Row extends object>(row: Row) => Row;
}

export const EVERYTHING: Shown = { filter: {}, row: (row) => row };

export const isPast = ({ moment, policies }: Freshness) => moment !== undefined || policies !== undefined;

export function checkedLimit(limit = 50): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE) return limit;
  throw new InvalidQuery(`limit must be a whole number from 1 to ${MAX_PAGE}, not ${limit}.`);
}
