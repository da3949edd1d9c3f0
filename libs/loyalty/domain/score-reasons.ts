import { type Scores } from './scores.js';
import type { ScoreBoundaries } from './policies.js';

/** A score, and what puts it where it is. */
export interface ScoreReason {
  value: number;
  score: number;
  /** Ascending; the score tells between which two of them the value lies. */
  boundaries: number[];
  /** Customers with this very value, this one among them: all have this score. */
  equal: number;
  /** The others that come nearest. Null: there is none. */
  nextLower: Neighbour | null;
  nextHigher: Neighbour | null;
}

export interface Neighbour {
  customerId: string;
  value: number;
  score: number;
}

/** What is scored, by its score. */
const MEASURES = { recencyScore: 'recencyDays', frequencyScore: 'frequency', monetaryScore: 'monetary' } as const;
type Measure = (typeof MEASURES)[keyof Scores];

export type ScoredRow = { customerId: string } & Record<Measure, number> & Scores;

/** Why a customer has these scores. @param rows of everybody who has scores */
export function scoreReasons(own: ScoredRow, rows: readonly ScoredRow[], boundaries: ScoreBoundaries): Record<Measure, ScoreReason> {
  const names = Object.keys(MEASURES) as (keyof Scores)[];
  return Object.fromEntries(names.map((score) => [MEASURES[score], reasonOf(own, rows, score, boundaries[MEASURES[score]])])) as Record<Measure, ScoreReason>;
}

function reasonOf(own: ScoredRow, rows: readonly ScoredRow[], score: keyof Scores, boundaries: readonly number[]): ScoreReason {
  const measure = MEASURES[score];
  const value = own[measure];
  let [equal, lower, higher]: [number, ScoredRow | undefined, ScoredRow | undefined] = [0, undefined, undefined];
  for (const row of rows) {
    if (row[measure] === value) equal += 1;
    else if (row[measure] < value) lower = lower && lower[measure] >= row[measure] ? lower : row;
    else higher = higher && higher[measure] <= row[measure] ? higher : row;
  }
  const neighbour = (row: ScoredRow | undefined) => (row ? { customerId: row.customerId, value: row[measure], score: row[score] } : null);
  return { value, score: own[score], boundaries: [...boundaries], equal, nextLower: neighbour(lower), nextHigher: neighbour(higher) };
}
