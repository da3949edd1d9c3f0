import { invalid } from '../../modelling/rejection.js';
import { columnsOf, type AnalysisMoment, type AnyAnalysis, type Column, type Findings, type Plot } from '../../modelling/analysis.js';

/** What an analysis answers. The same moment gives the same answer, whenever it is asked for. */
export interface AnalysisAnswer {
  analysis: string;
  version: number;
  /** The moment that the answer is of, ISO 8601. */
  now: string;
  /** The earlier moment that it compares with. */
  from?: string;
  parameters: object;
  columns: Column[];
  rows: Record<string, unknown>[];
  summary: Record<string, unknown>;
  /** What could not be said and why, and what to know when reading the numbers. */
  notes: string[];
  plots: Plot[];
}

/** An analysis came to something that is no number: it has to say in its notes what it cannot tell. */
export class NoNumber extends Error {
  override readonly name = 'NoNumber';
  constructor(analysis: string, where: string, value: number) {
    super(`${analysis} came to ${value} in ${where}. That is a mistake in the analysis: report it with the moment that was asked for.`);
  }
}

/** @param shown a row as it may be seen. @throws NoNumber @throws Rejection `amount-too-large` */
export function answerOf({ name, options }: AnyAnalysis, { now, from, parameters }: AnalysisMoment<object>, found: Findings, shown: (row: object) => object): AnalysisAnswer {
  const { rows, summary = {}, notes = [], plots = [], columns = options.columns } = found;
  checkNumbers(name, 'summary', summary);
  rows.forEach((row, index) => checkNumbers(name, `row ${index + 1}`, row));
  const known = columnsOf(columns);
  checkExact(name, known, rows, summary);
  return {
    analysis: name, version: options.version, now, ...(from !== undefined && { from }), parameters: { ...parameters },
    columns: known, rows: rows.map(shown) as Record<string, unknown>[], summary: { ...summary }, notes: [...notes, ...nullsIn(known, rows as readonly Record<string, unknown>[])], plots: [...plots],
  };
}

/** Why nothing stands in some rows. */
function nullsIn(columns: readonly Column[], rows: readonly Record<string, unknown>[]): string[] {
  return columns.flatMap(({ name, nullWhere }) => {
    const nulls = nullWhere === undefined ? 0 : rows.reduce((count, row) => count + Number((row[name] ?? null) === null), 0);
    return nulls > 0 ? [`${name} is null in ${nulls} of ${rows.length} rows, where ${nullWhere}.`] : [];
  });
}

/** @throws Rejection `amount-too-large`: digits of a whole number, such as money, are lost. */
function checkExact(analysis: string, columns: readonly Column[], rows: readonly object[], summary: object): void {
  const names = columns.filter(({ type }) => type === 'integer').map(({ name }) => name);
  const found = [summary, ...rows].flatMap((row, index) => Object.entries(row).filter(([name, value]) => (index === 0 || names.includes(name)) && Number.isInteger(value) && !Number.isSafeInteger(value)));
  if (found.length > 0) throw invalid('amount-too-large', `${analysis} came to ${found[0]![1]} in ${found[0]![0]}, more than can be given exactly (${Number.MAX_SAFE_INTEGER}). Look for an amount that was recorded far too large.`);
}

function checkNumbers(analysis: string, where: string, value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new NoNumber(analysis, where, value);
  if (typeof value !== 'object' || value === null) return;
  for (const [field, part] of Object.entries(value)) {
    if (typeof part === 'number' ? !Number.isFinite(part) : typeof part === 'object') checkNumbers(analysis, `${where}, ${field}`, part);
  }
}
