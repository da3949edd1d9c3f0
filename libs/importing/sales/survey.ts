import { join } from 'node:path';
import { DateTime } from 'luxon';
import { linesOf } from '../source/lines.js';
import { recordsOf } from '../source/records.js';
import { SourceFile, UnusableFile } from '../source/source-file.js';
import { type Settlement } from './settlement.js';
import { countries, nearest, SECTORS } from './vocabulary.js';

/** The four files, in the order in which they are taken, and the columns that each must have. */
export const FILES = {
  'sales_teams.csv': ['sales_agent', 'manager', 'regional_office'],
  'products.csv': ['product', 'series', 'sales_price'],
  'accounts.csv': ['account', 'sector', 'year_established', 'revenue', 'employees', 'office_location', 'subsidiary_of'],
  'sales_pipeline.csv': ['opportunity_id', 'sales_agent', 'product', 'account', 'deal_stage', 'engage_date', 'close_date', 'close_value'],
} as const;
type FileName = keyof typeof FILES;

export const DATE_FORMAT = 'M/d/yyyy';

/** Something in the files that is not as it should be. */
export interface Finding {
  what: 'unknown product' | 'unknown account' | 'unknown agent' | 'misspelt sector' | 'unknown country' | 'missing account' | 'missing engage date' | 'parent company' | 'unknown parent company';
  value: string;
  /** Rows that have it. */
  rows: number;
  /** What it is taken for, or what is done about it. */
  settled?: string;
  /** What was probably meant. */
  suggestion?: string;
}

export interface Survey {
  products: { name: string; price: string }[];
  accounts: string[];
  agents: string[];
  /** The first and the last day that the pipeline speaks of. */
  firstDay: string;
  lastDay: string;
  findings: Finding[];
}

type Row = Record<string, string>;

/** Reads all four files once, before anything is recorded. @throws UnusableFile */
export async function surveyOf(folder: string, settlement: Required<Settlement>): Promise<Survey> {
  const [teams, products, accounts, opportunities] = await Promise.all((Object.keys(FILES) as FileName[]).map((name) => rowsOf(folder, name))) as [Row[], Row[], Row[], Row[]];
  const names = { products: valuesOf(products, 'product'), accounts: valuesOf(accounts, 'account'), agents: valuesOf(teams, 'sales_agent') };
  const days = [...valuesOf(opportunities, 'engage_date'), ...valuesOf(opportunities, 'close_date')].map(dayOf).filter((day) => day !== undefined).sort();
  const unknown = (what: Finding['what'], rows: Row[], column: string, known: readonly string[], settled: Record<string, string>): Finding[] =>
    countsOf(rows, column).filter(([value]) => !known.includes(value)).map(([value, count]) => finding(what, value, count, settled[value], nearest(value, known)));
  return {
    products: products.map((row) => ({ name: row['product']!, price: row['sales_price']! })),
    accounts: names.accounts,
    agents: names.agents,
    firstDay: days[0] ?? '1970-01-01',
    lastDay: days.at(-1) ?? '1970-01-01',
    findings: [
      ...unknown('unknown product', opportunities, 'product', names.products, settlement.products),
      ...unknown('unknown account', opportunities, 'account', names.accounts, settlement.accounts),
      ...unknown('unknown agent', opportunities, 'sales_agent', names.agents, settlement.agents),
      ...unknown('misspelt sector', accounts, 'sector', SECTORS, settlement.sectors).filter(({ settled, suggestion }) => settled !== undefined || suggestion !== undefined),
      ...unknown('unknown country', accounts, 'office_location', [...countries().keys()], settlement.countries),
      ...unknown('unknown parent company', accounts, 'subsidiary_of', names.accounts, settlement.accounts),
      ...countsOf(accounts, 'subsidiary_of').filter(([parent]) => names.accounts.includes(parent)).map(([parent, count]) => finding('parent company', parent, count, 'parent of the accounts that name it')),
      ...missing('missing account', opportunities, 'account', 'opened without a customer'),
      ...missing('missing engage date', opportunities, 'engage_date', `opened on the last day of the file, ${days.at(-1) ?? 'which has none'}`),
    ],
  };
}

function finding(what: Finding['what'], value: string, rows: number, settled?: string, suggestion?: string): Finding {
  return { what, value, rows, ...(settled !== undefined ? { settled } : suggestion !== undefined && { suggestion }) };
}

function missing(what: Finding['what'], rows: Row[], column: string, settled: string): Finding[] {
  const count = rows.filter((row) => row[column] === '').length;
  return count === 0 ? [] : [finding(what, '', count, settled)];
}

function countsOf(rows: Row[], column: string): [string, number][] {
  const counts = new Map<string, number>();
  for (const { [column]: value = '' } of rows) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts];
}

const valuesOf = (rows: Row[], column: string): string[] => countsOf(rows, column).map(([value]) => value);

function dayOf(text: string): string | undefined {
  return DateTime.fromFormat(text, DATE_FORMAT, { zone: 'utc' }).toISODate() ?? undefined;
}

async function rowsOf(folder: string, name: FileName): Promise<Row[]> {
  const file = await SourceFile.open(join(folder, name));
  const rows: Row[] = [];
  let columns: string[] | undefined;
  for await (const records of recordsOf(linesOf(file.chunks()), ',')) {
    for (const { values } of records) {
      if (!values) continue;
      if (columns) rows.push(Object.fromEntries(columns.map((column, index) => [column, values[index] ?? ''])));
      else columns = checked(name, values);
    }
  }
  return rows;
}

function checked(name: FileName, columns: string[]): string[] {
  const lacking = FILES[name].filter((column) => !columns.includes(column));
  if (lacking.length > 0) throw new UnusableFile(`${name} lacks the columns ${lacking.join(', ')}; it has ${columns.join(', ')}.`);
  return columns;
}
