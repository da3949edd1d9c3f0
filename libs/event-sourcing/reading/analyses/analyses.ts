import { readOf, type AnalysisMoment, type AnyAnalysis, type Explanation, type Inputs, type Reasons, type Sources } from '../../modelling/analysis.js';
import type { Authority } from '../../modelling/authority.js';
import type { DocumentHistories } from '../interpreting/document-histories.js';
import { InvalidQuery } from '../../ports/document-store.js';
import type { Clock } from '../../support.js';
import { presentOf, type Moment } from '../moments/moment.js';
import type { RowsInstead } from '../reader-instead.js';
import type { ViewQueries } from '../view-queries.js';
import { checkedLimit, type Answer, type DifferencesQuery, type Freshness } from '../view-question.js';
import { isChangedBy, type Sandbox } from '../what-if/sandbox.js';
import type { PolicyQuestion, Supposition } from '../what-if/supposition.js';
import type { SupposedDifference } from '../what-if/what-would-change.js';
import { answerOf, type AnalysisAnswer } from './answer.js';
import { answersApart } from './answers-apart.js';
import { citationsOf } from './citations.js';
import { findingsOf } from './compute.js';
import { explanationOf } from './explanations.js';
import { byKey, type DayFoldSources } from './day-fold.js';
import type { StoredDocument } from '../moments/rows-reader.js';
import { DayInputs } from './day-inputs.js';
import { LeavingOut, type SourceRead } from './leaving-out.js';
import { momentsOf, type SeriesSpan } from './days.js';
import { parametersOf } from './parameters.js';
import type { WholeViews } from './whole-views.js';
import { tellingSeconds, type AnalysisProgress } from './progress.js';
import { sightOf, type AnalysisSight } from './sight.js';

export interface AnalysisQuestion extends Pick<Freshness, 'after' | 'timeoutMs' | 'moment' | 'policies'> {
  /** The earlier moment of an analysis that compares. */
  from?: Moment;
  parameters?: Readonly<Record<string, unknown>>;
  onProgress?: (progress: AnalysisProgress) => void;
}

/** Which differences are wanted of what would be by other policies. */
export type AnalysisWhatIf = DifferencesQuery & Omit<AnalysisQuestion, 'policies'>;

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
  queries: Pick<ViewQueries, 'deciding'>;
  views: WholeViews;
  sandbox: Sandbox;
  history: () => Promise<DayFoldSources>;
  histories: DocumentHistories;
  clock: Clock;
  authority: Authority | undefined;
}

/** Which part of what it reads is wanted. */
interface Part {
  /** What is read as of the earlier moment, and nothing else. */
  onlyEarlier?: boolean;
  /** Rows of views that are supposed to be others. */
  instead?: RowsInstead;
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
    const found = await tellingSeconds(name, question.onProgress, () => findingsOf(analysis, inputs, moment));
    const value = answerOf(analysis, moment, found, sight.shown);
    sight.saw(`analysis ${name}`);
    return { value, position };
  }

  /** Why the row of this key says what it says, or why it is not there; undefined where nothing is known of what it would be about. @throws InvalidQuery it cannot explain itself. */
  async explain(name: string, key: string, question: AnalysisQuestion = {}): Promise<Answer<Explanation | undefined>> {
    const { analysis, moment, sight } = this.ask(name, question);
    if (!analysis.explains) throw new InvalidQuery(`${name} has no rows that could be explained one by one; its summary and notes say what it rests on.`);
    const { inputs, position, reads } = await this.inputs(analysis, question, sight);
    sight.saw(`analysis ${name}`);
    const shownAs = await this.shownAs(analysis, reads, question, sight);
    const own = analysis.explain(inputs, moment, key, Object.fromEntries([...shownAs].map(([source, { showing }]) => [source, showing.parameters])));
    if (own?.factors || ((analysis.options.record ?? null) === null && analysis.options.apart === undefined)) return { value: own && { factors: [], ...own }, position };
    const { readings } = await this.around.history();
    const asked = { analysis, key, moment, inputs, reads: shownAs, seen: sight.shown, tell: question.onProgress };
    const found = await explanationOf(asked, new LeavingOut(asked, { readings, histories: this.around.histories }));
    return { value: found && withReasons(found, own), position };
  }

  /** Which rows would be others by other policies. Nothing of that is stored. @throws InvalidQuery @throws InvalidCommand @throws Rejection the policies are none. */
  async whatIf(name: string, policies: PolicyQuestion, { fields, limit, cursor, ...question }: AnalysisWhatIf = {}): Promise<Answer<{ items: SupposedDifference[]; next?: string }>> {
    const { analysis, moment, sight } = this.ask(name, question);
    const wanted = checkedLimit(limit);
    const { sandbox } = this.around;
    const supposed = await sandbox.supposing(policies);
    if (!mayDependOn(analysis, supposed)) throw new InvalidQuery(`${name} does not depend on these policies: it is what its events say, whatever they are.`);
    const instead = sandbox.instead(supposed, question.moment ?? {});
    const [is, would] = [await this.inputs(analysis, question, sight), await this.inputs(analysis, question, sight, { instead })];
    const [before, after] = await Promise.all([is, would].map(async ({ inputs }) => {
      const found = await findingsOf(analysis, inputs, moment);
      return { answer: answerOf(analysis, moment, found, sight.shown), because: citationsOf(analysis, moment, found.summary ?? {}, inputs) };
    }));
    sight.saw(`what ${name} would be by other policies`);
    const items: SupposedDifference[] = [];
    for await (const difference of answersApart(analysis, before!.answer, after!.answer, { fields, after: cursor })) {
      if (items.length === wanted) return { value: { items, next: items.at(-1)!._id }, position: is.position };
      items.push({ ...difference, because: { before: before!.because, after: after!.because } });
    }
    return { value: { items }, position: is.position };
  }

  /** The answers at the end of each of many days; history is folded once. @throws InvalidQuery */
  async series(name: string, question: SeriesQuestion): Promise<Series> {
    const { analysis, moment, sight } = this.ask(name, question);
    const history = { ...(await this.around.history()), onProgress: question.onProgress };
    await history.readings.upTo(history.head);
    const main = readOf(Object.values(analysis.sources)[0]!).view;
    const present = this.around.clock.now().toISOString();
    const moments = await momentsOf(question.span, main, history, present);
    const before = await this.inputs(analysis, question, sight, { onlyEarlier: true });
    const days = new DayInputs(analysis, moments, history, { sight, instead: this.around.queries.deciding(question) });
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
    const present = this.around.clock.now().toISOString();
    const chosen = parametersOf(analysis, parameters);
    const [now, earlier] = [presentOf(moment, present), from && presentOf(from, present)];
    if (earlier !== undefined && earlier > now) throw new InvalidQuery(`${name} compares ${now} with an earlier moment; ${earlier} is later. Choose an earlier from, or a later moment.`);
    return { analysis, sight, moment: { now, parameters: chosen, ...(earlier !== undefined && { from: earlier }) } };
  }

  private async inputs(analysis: AnyAnalysis, question: AnalysisQuestion, sight: AnalysisSight, { onlyEarlier = false, instead }: Part = {}): Promise<{ inputs: Inputs<Sources>; position: number; reads: Map<string, number> }> {
    const { from, parameters: _, moment, ...fresh } = question;
    const inputs: Record<string, readonly StoredDocument[]> = {};
    const reads = new Map<string, number>();
    for (const [name, source] of Object.entries(analysis.sources)) {
      const { view, computed, earlier } = readOf(source);
      if (onlyEarlier && !earlier) continue;
      const at = earlier ? from : moment;
      const read = await this.around.views.everyRow(view, { ...fresh, ...(at && { moment: at }) }, { computed, instead });
      inputs[name] = sight.of(view, read.rows).toSorted(byKey);
      reads.set(name, read.position);
    }
    return { inputs: inputs as Inputs<Sources>, position: Math.min(...reads.values()), reads };
  }

  /** How documents of each source that the result is made of are shown to the one who asks. */
  private async shownAs(analysis: AnyAnalysis, reads: ReadonlyMap<string, number>, { moment, from, policies, onProgress }: AnalysisQuestion, sight: AnalysisSight): Promise<Map<string, SourceRead>> {
    const shownAs = new Map<string, SourceRead>();
    for (const [name, position] of reads) {
      const { view, computed, earlier } = readOf(analysis.sources[name]!);
      const at = earlier ? from : moment;
      const showing = await this.around.views.showing(view, { ...(at && { moment: at }), ...(policies && { policies }), ...(onProgress && { onProgress }) }, computed);
      shownAs.set(name, { view, moment: at ?? {}, position, showing, seen: (documents) => sight.of(view, documents) });
    }
    return shownAs;
  }
}

const withReasons = ({ by, notes = [], ...found }: Explanation, own: Reasons = {}): Explanation => ({ ...found, by: { ...by, ...own.by }, notes: [...notes, ...(own.notes ?? [])] });

/** It reads what the supposition changes, or fields that may be computed by it. */
const mayDependOn = ({ sources }: AnyAnalysis, supposed: Supposition): boolean =>
  Object.values(sources).some((source) => {
    const { view, computed } = readOf(source);
    return computed || isChangedBy(view, supposed);
  });
