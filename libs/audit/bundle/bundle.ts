import { createHash } from 'node:crypto';
import { type Audit } from '../audit.js';
import { storedFields } from '../tree/leaf.js';
import { selected, type Selection } from './selection.js';

export const BUNDLE_FORMAT = 'guanxi-audit-bundle/1';

/** Heads that a bundle shows to be beginnings of its own, the newest of those kept. */
const EARLIER_HEADS = 100;

/**
 * A bundle, line by line (JSON, each ending with a line break): what it is, its head and earlier ones with consistency
 * proofs; then each event with its inclusion proof; then how many, and a signature over all lines before.
 * @throws HistoryChanged the log is not a continuation of its heads.
 */
export async function* bundleOf(audit: Audit, selection: Selection): AsyncIterable<string> {
  const head = await audit.makeHead();
  const digest = createHash('sha256');
  const line = (value: object): string => {
    const text = `${JSON.stringify(value)}\n`;
    digest.update(text);
    return text;
  };
  const reader = audit.merkle.reader();
  const earlier = (await audit.heads.list(EARLIER_HEADS + 1)).heads.filter(({ size }) => size < head.size);
  const heads: { checkpoint: string; consistency: string[] }[] = [];
  for (const { checkpoint, size } of earlier) heads.push({ checkpoint, consistency: (await reader.consistency(size, head.size)).map(base64) });
  const rotations = (await audit.heads.keys()).rotations.map(({ note }) => note);
  yield line({ format: BUNDLE_FORMAT, selection, publicKey: audit.publicKey, ...(rotations.length > 0 && { rotations }), head: head.checkpoint, heads });

  let events = 0;
  for await (const { event, role } of selected(audit.merkle.events, selection, head.position)) {
    const index = await audit.merkle.indexOf(event.position);
    const proof = (await reader.inclusion(index, head.size)).map(base64);
    yield line({ ...(role && { role }), index, event: storedFields(event), proof });
    events++;
  }
  const statement = `${BUNDLE_FORMAT}\n${events}\n${digest.digest('hex')}\n`;
  yield `${JSON.stringify({ entries: events, signature: base64(audit.key.sign(statement)) })}\n`;
}

const base64 = (bytes: Buffer): string => bytes.toString('base64');
