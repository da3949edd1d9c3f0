import { type Position } from '#event-sourcing';
import { type Head } from '../heads/head.js';
import { type InvalidHead } from '../heads/kept-heads.js';
import { type TreeState } from '../log/tile-store.js';
import { type TilePlace } from '../tree/tiles.js';
import { type Comparison } from './comparison.js';
import { type FirstBad, type HeadName, type Report } from './report.js';

export interface Evidence {
  comparison: Comparison;
  heads: readonly Head[];
  invalid: InvalidHead[];
  tree: TreeState;
  wrongTiles: readonly TilePlace[];
  /** Where the log was read to. */
  position: Position;
  /** Why it could not be read further. */
  stoppedBy?: string | undefined;
  resumedAfter?: number;
}

/** What the comparison of log, tree and heads comes to. Heads are believed before the tree, which anybody who can change the log can change. */
export function judge(evidence: Evidence): Report {
  const { comparison, heads, invalid, position, resumedAfter } = evidence;
  const { log, marks, counts, findings } = comparison;
  const lastMatching = heads.findLast((head) => marks.matching.has(head));
  const firstOther = heads.find((head) => !marks.matching.has(head));
  const treeIsWrong = isTreeWrong(evidence);
  const [integrity, completeness] = [integrityOf(evidence, treeIsWrong), completenessOf(evidence, treeIsWrong)];
  const firstBad = firstBadOf(evidence, treeIsWrong);
  const tree = [
    ...(treeIsWrong ? ['The tree in the document store does not fit the log, and the heads do: the tree was changed. guanxi audit rebuild makes it anew.'] : []),
    ...evidence.wrongTiles.map(({ level, number }) => `Tile ${number} of level ${level} of the tree is missing or not made of those below it. guanxi audit rebuild makes the tree anew.`),
    ...(comparison.isTreeBroken ? ['A part of the tree is missing in the document store. guanxi audit rebuild makes it anew.'] : []),
  ];
  return {
    ok: integrity.length === 0 && completeness.length === 0 && tree.length === 0,
    events: log.size,
    position,
    ...(resumedAfter !== undefined && { resumedAfter }),
    integrity: { ok: integrity.length === 0, problems: integrity },
    completeness: { ok: completeness.length === 0, problems: completeness },
    ...(firstBad && { firstBad }),
    counts,
    findings,
    heads: {
      checked: heads.length, matching: marks.matching.size, invalid,
      ...(lastMatching && { lastMatching: nameOf(lastMatching) }), ...(firstOther && { firstOther: nameOf(firstOther) }),
    },
    tree: { ok: tree.length === 0, problems: tree },
    notInAnyHead: Math.max(0, log.size - (heads.at(-1)?.size ?? 0)),
  };
}

/** The log has every head, and differs from the tree where heads speak for the log. */
function isTreeWrong({ comparison: { marks, divergedAt }, heads }: Evidence): boolean {
  return divergedAt !== undefined && heads.every((head) => marks.matching.has(head)) && divergedAt < (heads.at(-1)?.size ?? 0);
}

/** Whether the tree can name single events: a head that the log does not have vouches for it, or no head contradicts it. */
function namesEvents({ comparison, heads }: Evidence): boolean {
  if (comparison.divergedAt === undefined) return false;
  const firstOther = heads.find((head) => !comparison.marks.matching.has(head));
  return firstOther === undefined || comparison.headsOfStored.matching.has(firstOther);
}

function firstBadOf(evidence: Evidence, treeIsWrong: boolean): FirstBad | undefined {
  const { comparison: { findings, marks }, heads, position, stoppedBy } = evidence;
  if (!treeIsWrong && namesEvents(evidence)) return findings[0];
  const other = heads.find((head) => !marks.matching.has(head));
  if (!other) return stoppedBy === undefined ? undefined : { kind: 'unreadable', position };
  const before = heads.findLast((head) => head.size < other.size && marks.matching.has(head));
  return { kind: 'rewritten', position: before?.position ?? 0, upTo: other.position };
}

function integrityOf(evidence: Evidence, treeIsWrong: boolean): string[] {
  const { comparison: { counts, marks, findings, log }, heads, invalid, stoppedBy, position } = evidence;
  const problems = invalid.map(({ file, why }) => `The head ${file} is not one of this log: ${why}`);
  if (stoppedBy !== undefined) problems.push(`After position ${position} the log cannot be read: ${stoppedBy}`);
  if (!treeIsWrong && namesEvents(evidence)) {
    for (const kind of ['changed', 'inserted', 'unreadable'] as const) {
      const first = findings.find((finding) => finding.kind === kind);
      if (counts[kind] > 0) problems.push(`${events(counts[kind])} ${kind}${first ? `, the first at position ${first.position}` : ''}.`);
    }
    return problems;
  }
  const other = heads.find((head) => !marks.matching.has(head));
  if (!other || other.size > log.size) return problems;
  const before = heads.findLast((head) => head.size < other.size && marks.matching.has(head));
  const since = before ? `after position ${before.position}, the end of the last head that still fits (${before.time})` : 'somewhere from the first event on: no head fits';
  return [...problems, `The history was rewritten ${since}, and not after position ${other.position}, the end of the head of ${other.time}, which does not fit.`];
}

function completenessOf(evidence: Evidence, treeIsWrong: boolean): string[] {
  const { comparison: { counts, findings, log }, heads } = evidence;
  const problems: string[] = [];
  const first = findings.find(({ kind }) => kind === 'missing');
  if (counts.missing > 0 && !treeIsWrong && namesEvents(evidence)) problems.push(`${events(counts.missing)} missing${first ? `, the first at position ${first.position}` : ''}.`);
  const largest = heads.at(-1);
  if (largest && largest.size > log.size) problems.push(`The head of ${largest.time} has ${largest.size} events; the log has ${log.size}: ${largest.size - log.size} fewer.`);
  return problems;
}

const nameOf = ({ size, position, time }: HeadName): HeadName => ({ size, position, time });
const events = (count: number): string => (count === 1 ? '1 event is' : `${count} events are`);
