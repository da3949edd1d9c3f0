import { readOf, type AnalysisMoment, type AnyAnalysis, type Findings, type Inputs, type Sources } from '#event-sourcing';

type Rows = readonly Readonly<Record<string, unknown>>[];

export interface Together<Name extends string> {
  /** What all of them read, each view once. */
  sources: Sources;
  /** The rows of a source that one of them reads. */
  rows(source: Sources[string], inputs: Inputs<Sources>): readonly object[];
  /** What one of them finds, by the parameters that it starts from or by these. */
  find(name: Name, inputs: Inputs<Sources>, moment: Pick<AnalysisMoment<object>, 'now' | 'from'>, parameters?: object): Omit<Findings, 'rows'> & { rows: Rows };
}

/** Several analyses, to make another of what they find. */
export function together<Name extends string>(parts: Readonly<Record<Name, unknown>>): Together<Name> {
  const analyses = parts as Readonly<Record<Name, AnyAnalysis>>;
  const all = Object.values<AnyAnalysis>(analyses).flatMap(({ sources }) => Object.values(sources));
  return {
    sources: Object.fromEntries(all.map((source) => [nameOf(source), source])),
    rows: (source, inputs) => inputs[nameOf(source)] as readonly object[],
    find: (name, inputs, { now, from }, parameters = {}) => {
      const analysis = analyses[name];
      const own = Object.fromEntries(Object.entries(analysis.sources).map(([each, source]) => [each, inputs[nameOf(source)]!]));
      const chosen = { ...new (analysis.options.parameters ?? Object)(), ...parameters };
      return analysis.compute(own, { now, ...(from !== undefined && { from }), parameters: chosen }) as Omit<Findings, 'rows'> & { rows: Rows };
    },
  };
}

function nameOf(source: Sources[string]): string {
  const { view, computed, earlier } = readOf(source);
  return [view.name, ...(computed ? ['computed'] : []), ...(earlier ? ['earlier'] : [])].join('/');
}
