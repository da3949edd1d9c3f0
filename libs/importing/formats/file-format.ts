import { type Mapping } from '../mapping/mapping.js';

/** How a file is to be read. */
export interface FileFormat {
  mapping: Mapping;
  /** Whether the first record only names the columns, in a file whose columns are known beforehand. */
  isHeader?: (first: readonly string[]) => boolean;
  /** The values of the columns, where records of the file are made in another way. @param line its number, from 1 */
  valuesOf?: (values: readonly string[], line: number) => readonly string[];
}

/** The command that a row of each kind of file is for. */
export const MAIN_COMMANDS = { customers: 'RegisterCustomer', interactions: 'RecordInteraction', purchases: 'RecordPurchase', sales: 'OpenOpportunity' } as const;
export type FileKind = keyof typeof MAIN_COMMANDS;
