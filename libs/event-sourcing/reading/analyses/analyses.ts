import { readOf, type AnalysisMoment, type AnyAnalysis, type Explanation, type Inputs, type Sources } from '../../modelling/analysis.js';
import type { Authority } from '../../modelling/authority.js';
import type { DocumentHistories } from '../interpreting/document-histories.js';
import { InvalidQuery } from '../../ports/document-store.js';
import type { Clock } from '../../support.js';
import { presentOf, type Moment } from '../moments/moment.js';
import type { Answer, Freshness, ViewQueries } from '../view-queries.js';
import { answerOf, type AnalysisAnswer } from './answer.js';
import { findingsOf } from './compute.js';
import { byKey, type DayFoldSources, type StoredDocument } from './day-fold.js';
import { DayInputs } from './day-inputs.js';
import { LeavingOut, type SourceRead } from './leaving-out.js';
import { momentsOf, type SeriesSpan } from './days.js';
import { parametersOf } from './parameters.js';
import { sightOf, type AnalysisSight } from './sight.js';

export interface AnalysisQuestion extends Pick<Freshness, 'after' | 'timeoutMs' | 'moment' | 'onProgress'> {
  /** The earlier moment of an analysis that compares. */
  from?: Moment;
  parameters?: Readonly<Record<string, unknown>>;
}

export interface SeriesQuestion extends Omit<AnalysisQuestion, 'moment' | 'after' | 'timeoutMs'> {
  span: SeriesSpan;
}

/** The answer at the end of one day. */
export interface DayAnswer {
  /** `2026-01-31` */
  day: string;
  answer: AnalysisAnswer;
}

export interface Series {
  days: number;
  answers: AsyncGenerator<DayAnswer>;
}

export interface AnalysesSurroundings {
  queries: ViewQueries;
  history: () => Promise<DayFoldSources>;
  histories: DocumentHistories;
  clock: Clock;
  authority: Authority | undefined;
}

/** Which part of what it reads is wanted. */
interface Part {
  /** What is read as of the earlier moment, and nothing else. */
  onlyEarlier?: boolean;
  /** Besides, what is read of the record that is to be explained. */
  record?: string;
}

export class UnknownAnalysis extends Error {
  override readonly name = 'UnknownAnalysis';
  constructor(name: string, known: readonly string[]) {
    super(`There is no analysis ${name}. Analyses: ${known.join(', ') || 'none'}.`);
  }
}

/** Questions to analyses, answered from the rows that the one who asks may read. */
export class Analyses {
  private readonly byName: ReadonlyMap<string, AnyAnalysis>;

  constructor(declared: readonly AnyAnalysis[], private readonly around: AnalysesSurroundings) {
    this.byName = new Map(declared.map((analysis) => [analysis.name, analysis]));
    if (this.byName.size < declared.length) throw new Error('Two analyses have the same name.');
  }

  all(): AnyAnalysis[] {
    return [...this.byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** @throws UnknownAnalysis */
  get(name: string): AnyAnalysis {
    const found = this.byName.get(name);
    if (!found) throw new UnknownAnalysis(name, [...this.byName.keys()].sort());
    return found;
  }

  /** @throws UnknownAnalysis @throws InvalidQuery @throws Forbidden @throws NotYetThere */
  async answer(name: string, question: AnalysisQuestion = {}): Promise<Answer<AnalysisAnswer>> {
    const { analysis, moment, sight } = this.ask(name, question);
    const { inputs, position } = await this.inputs(analysis, question, sight);
    const value = answerOf(analysis, moment, await findingsOf(analysis, inputs, moment), sight.shown);
    sight.saw(`analysis ${name}`);
    return { value, position };
  }

  /** Why the row of this key says what it says; undefined where there is no such row. @throws InvalidQuery it cannot explain itself. */
  async explain(name: string, key: string, question: AnalysisQuestion = {}): Promise<Answer<Explanation | undefined>> {
    const { analysis, moment, sight } = this.ask(name, question);
    if (!analysis.explains) throw new InvalidQuery(`${name} has no rows that could be explained one by one; its summary and notes say what it rests on.`);
    const { inputs, position, reads } = await this.inputs(analysis, question, sight, { record: key });
    sight.saw(`analysis ${name}`);
    if (analysis.hasReasons) return { value: analysis.explain(inputs, moment, key), position };
    const { readings } = await this.around.history();
    const asked = { analysis, key, moment, inputs, reads: await this.shownAs(analysis, reads, question, sight), seen: sight.shown };
    return { value: await new LeavingOut(asked, { readings, histories: this.around.histories }).explanation(), position };
  }

  /** The answers at the end of each of many days; history is folded once. @throws InvalidQuery */
  async series(name: string, question: SeriesQuestion): Promise<Series> {
    const { analysis, moment, sight } = this.ask(name, question);
    const history = await this.around.history();
    await history.readings.upTo(history.head);
    const main = readOf(Object.values(analysis.sources)[0]!).view;
    const present = this.around.clock.now().toISOString();
    const moments = await momentsOf(question.span, main, history, present);
    const before = await this.inputs(analysis, question, sight, { onlyEarlier: true });
    const days = new DayInputs(analysis, moments, history, sight);
    return { days: moments.length, answers: answers() };

    async function* answers(): AsyncGenerator<DayAnswer> {
      for (const [index, at] of moments.entries()) {
        const now = presentOf(at, present);
        const today: AnalysisMoment<object> = { ...moment, now };
        const inputs = { ...before.inputs, ...(await days.at(index, now)) } as Inputs<Sources>;
        yield { day: now.slice(0, 10), answer: answerOf(analysis, today, await findingsOf(analysis, inputs, today), sight.shown) };
      }
      sight.saw(`series of ${name}`);
    }
  }

  private ask(name: string, { moment = {}, from, parameters = {} }: AnalysisQuestion): { analysis: AnyAnalysis; moment: AnalysisMoment<object>; sight: AnalysisSight } {
    const analysis = this.get(name);
    const sight = sightOf(analysis, this.around.authority);
    if (analysis.compares && from === undefined) throw new InvalidQuery(`${name} compares two moments; name the earlier one by from.`);
    if (!analysis.compares && from !== undefined) throw new InvalidQuery(`${name} does not compare two moments; leave from out.`);
    const now = this.around.clock.now().toISOString();
    const chosen = parametersOf(analysis, parameters);
    return { analysis, sight, moment: { now: presentOf(moment, now), parameters: chosen, ...(from && { from: presentOf(from, now) }) } };
  }

  private async inputs(analysis: AnyAnalysis, question: AnalysisQuestion, sight: AnalysisSight, { onlyEarlier = false, record }: Part = {}): Promise<{ inputs: Inputs<Sources>; position: number; reads: Map<string, number> }> {
    const { from, parameters: _, moment, ...fresh } = question;
    const inputs: Record<string, readonly StoredDocument[]> = {};
    const reads = new Map<string, number>();
    for (const [name, source] of Object.entries(analysis.sources)) {
      const { view, computed, earlier, own } = readOf(source);
      if (onlyEarlier && !earlier) continue;
      if (own && record === undefined) {
        inputs[name] = [];
        continue;
      }
      const at = earlier ? from : moment;
      const read = await this.around.queries.everyRow(view, { ...fresh, ...(at && { moment: at }) }, computed, own ? { [view.options.record ?? '_id']: record } : {});
      inputs[name] = sight.of(view, read.rows).toSorted(byKey);
      reads.set(name, read.position);
    }
    return { inputs: inputs as Inputs<Sources>, position: Math.min(...reads.values()), reads };
  }

  /** How documents of each source that the result is made of are shown to the one who asks. */
  private async shownAs(analysis: AnyAnalysis, reads: ReadonlyMap<string, number>, { moment, from, onProgress }: AnalysisQuestion, sight: AnalysisSight): Promise<Map<string, SourceRead>> {
    const shownAs = new Map<string, SourceRead>();
    for (const [name, position] of reads) {
      const { view, computed, earlier, own } = readOf(analysis.sources[name]!);
      if (own) continue;
      const at = earlier ? from : moment;
      const showing = await this.around.queries.showing(view, { ...(at && { moment: at }), ...(onProgress && { onProgress }) }, computed);
      shownAs.set(name, { view, moment: at ?? {}, position, showing, seen: (documents) => sight.of(view, documents) });
    }
    return shownAs;
  }
}
