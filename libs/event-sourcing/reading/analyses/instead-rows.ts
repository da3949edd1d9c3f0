import type { Inputs, Sources } from '../../modelling/analysis.js';
import type { StoredDocument } from '../moments/rows-reader.js';
import { byKey } from './day-fold.js';

/** What of a source is other than it was read: rows that are not there, by their keys, or none that were, and rows that are there instead. */
export interface ChangedRows {
  without: ReadonlySet<string> | 'all';
  instead: readonly StoredDocument[];
}

/** By source. */
export type Changes = Readonly<Record<string, ChangedRows>>;

/** The inputs with other rows instead of some. */
export function withChanges(inputs: Inputs<Sources>, changes: Changes): Inputs<Sources> {
  const changed = Object.entries(changes).map(([name, { without, instead }]): [string, readonly StoredDocument[]] => {
    const stay = without === 'all' ? [] : (inputs[name] as readonly StoredDocument[]).filter(({ _id }) => !without.has(_id));
    return [name, [...stay, ...instead].sort(byKey)];
  });
  return { ...inputs, ...Object.fromEntries(changed) };
}
