import type { AnyAnalysis } from '../../modelling/analysis.js';
import type { Document } from '../../ports/document-store.js';
import { differencesOf, type Difference } from '../moments/differences.js';
import type { AnalysisAnswer } from './answer.js';
import { byKey } from './day-fold.js';

interface Wanted {
  /** Only differences in these columns. */
  fields: readonly string[] | undefined;
  /** Only rows whose key comes after this one. */
  after: string | undefined;
}

/**
 * Where two answers of an analysis differ. A row is told by its record and the columns that tell the rows of one apart or,
 * where rows are of no record, by its texts and days.
 */
export function answersApart(analysis: AnyAnalysis, before: AnalysisAnswer, after: AnalysisAnswer, { fields, after: start }: Wanted): AsyncGenerator<Difference> {
  const { record, apart = [] } = analysis.options;
  const names = (answer: AnalysisAnswer) => (record ? [record, ...apart] : answer.columns.filter(({ type }) => type === 'text' || type === 'date').map(({ name }) => name));
  const rows = (answer: AnalysisAnswer) => inOrder(answer.rows, names(answer)).filter(({ _id }) => start === undefined || _id > start);
  return differencesOf(each(rows(before)), each(rows(after)), fields);
}

function inOrder(rows: AnalysisAnswer['rows'], names: readonly string[]): Document[] {
  return rows.map((row): Document => ({ _id: names.map((name) => (row[name] ?? '') as string).join('/'), ...row })).sort(byKey);
}

async function* each(rows: readonly Document[]): AsyncGenerator<Document> {
  yield* rows;
}
