import { stringify } from 'csv-stringify/sync';
import type { CustomerHistory, HistoryEntry } from '../customer-history.js';
import { changeAsText } from './words.js';

const COLUMNS: readonly (readonly [name: string, value: (entry: HistoryEntry) => string | number | undefined])[] = [
  ['position', ({ position }) => position],
  ['occurredAt', ({ occurredAt }) => occurredAt],
  ['recordedAt', ({ recordedAt }) => recordedAt],
  ['type', ({ type }) => type],
  ['customerId', ({ customerId }) => customerId],
  ['standing', ({ standing }) => standing],
  ['countsFor', ({ countsFor }) => countsFor],
  ['withdrawnBy', ({ withdrawn }) => withdrawn?.eventId],
  ['withdrawnBecause', ({ withdrawn }) => withdrawn?.reason],
  ['changes', ({ changes }) => changes.map(changeAsText).join('\n')],
  ['actor', ({ actor }) => actor],
  ['source', ({ source }) => source],
  ['command', ({ command }) => command],
  ['policies', ({ policies }) => Object.entries(policies).map(([kind, version]) => `${kind}/${version}`).join(' ')],
  ['stream', ({ stream }) => stream],
  ['revision', ({ revision }) => revision],
  ['eventId', ({ id }) => id],
  ['commandId', ({ commandId }) => commandId],
  ['correlationId', ({ correlationId }) => correlationId],
  ['causationId', ({ causationId }) => causationId],
  ['cause', ({ cause }) => cause],
  ['effects', ({ effects }) => effects.join(' ')],
  ['data', ({ data }) => JSON.stringify(data)],
];

/** RFC 4180, for spreadsheets too: a cell that one would take for a formula begins with an apostrophe. */
export function historyAsCsv({ entries }: CustomerHistory): string {
  return stringify(entries.map((entry) => COLUMNS.map(([, value]) => value(entry))), {
    header: true, columns: COLUMNS.map(([name]) => name), record_delimiter: 'windows', escape_formulas: true, bom: true,
  });
}
