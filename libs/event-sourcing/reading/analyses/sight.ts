import type { AnyAnalysis } from '../../modelling/analysis.js';
import type { Authority, Records } from '../../modelling/authority.js';
import type { AnyView } from '../../modelling/view.js';
import { withoutPaths } from '../../query/index.js';
import type { StoredDocument } from '../moments/rows-reader.js';

/** Which rows an analysis is made of for the one who asks, and how its own are shown. */
export interface AnalysisSight {
  of(view: AnyView, rows: readonly StoredDocument[]): readonly StoredDocument[];
  shown: (row: object) => object;
  saw(question: string): void;
}

/** @throws Forbidden */
export function sightOf(analysis: AnyAnalysis, authority: Authority | undefined): AnalysisSight {
  if (!authority) return { of: (_, rows) => rows, shown: (row) => row, saw: () => undefined };
  const reaches = authority.view(analysis);
  const isWhole = reaches.some(({ withheld }) => withheld.length === 0);
  const withheld = isWhole ? [] : [...new Set(reaches.flatMap((reach) => reach.withheld))];
  const records = reaches.map((reach) => reach.records);
  return {
    of: (view, rows) => (records.includes('all') ? rows : rows.filter((row) => isWithin(view, row, records as Records[]))),
    shown: (row) => (withheld.length > 0 ? withoutPaths(row, withheld) : row),
    saw: (question) => {
      if (analysis.options.sensitive && isWhole) authority.saw(analysis, { question });
    },
  };
}

/** Rows of no record are everybody's; a view that does not say whose its rows are shows none. */
function isWithin({ options: { record } }: AnyView, row: StoredDocument, records: readonly Records[]): boolean {
  if (record === null) return true;
  const of = record === undefined ? undefined : row[record];
  return typeof of === 'string' && records.some((each) => each.has(of));
}
