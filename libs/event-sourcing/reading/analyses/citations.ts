import { readOf, type AnalysisMoment, type AnyAnalysis, type Inputs, type Sources } from '../../modelling/analysis.js';
import type { StoredDocument } from '../moments/rows-reader.js';

const CITED_AT_MOST = 50;

/** By what the numbers were made: version and parameters of the analysis, the simple figures of its summary, and the events of what belongs to no record, such as policies and models. */
export function citationsOf({ options, sources }: AnyAnalysis, { parameters }: AnalysisMoment<object>, summary: Readonly<Record<string, unknown>>, inputs: Inputs<Sources>): Readonly<Record<string, unknown>> {
  const common = Object.entries(sources).filter(([, source]) => readOf(source).view.options.record === null);
  const rules = common.flatMap(([name]) => (inputs[name] as readonly StoredDocument[]).filter((row) => typeof row['eventId'] === 'string').map((row) => ({ source: name, key: row._id, event: row['eventId'] })));
  return {
    version: options.version, ...(Object.keys(parameters).length > 0 && { parameters: { ...parameters } }), ...Object.fromEntries(Object.entries(summary).filter(([, value]) => isSimple(value))),
    ...(rules.length > 0 && rules.length <= CITED_AT_MOST && { rules }),
  };
}

const isScalar = (value: unknown) => typeof value !== 'object' || value === null;
const isSimple = (value: unknown) => isScalar(value) || (!Array.isArray(value) && Object.values(value as object).every(isScalar));
