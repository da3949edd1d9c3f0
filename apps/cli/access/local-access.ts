import { plainToInstance } from 'class-transformer';
import { recordOf } from '#access';
import { type Configuration } from '#composition';
import { parameterNames, type AnalysisAnswer, type AnalysisProgress, type DeadLetter, type Engine, type EventFilter, type RecordedEvent, stepOf, withContext } from '#event-sourcing';
import { analysisQuestion, seriesQuestion } from '../../../libs/http/query/analysis-parameters.js';
import { refuseUnknownFields } from '../../../libs/http/query/known-fields.js';
import { listRequest, momentsOf } from '../../../libs/http/query/parameters.js';
import { whatIf } from '../../../libs/http/query/what-if.js';
import { catchUp, catchUpWith } from '../operations/catch-up.js';
import { Failed } from '../terminal/exit.js';
import { note } from '../terminal/output.js';
import { openOperated, type OperatedEngine } from './operated-engine.js';
import { type Access, type AnalysisDescription, type ListAnswer, type ListParameters, type LogQuery, type MomentParameters, type OnProgress, type RowExplanation, type SeriesAnswers, type Status, type StreamQuery, type SupposedAnswer, type ViewDescription } from './access.js';

const PAGE = 1_000;

/** The data folder opened by this very process. */
export class LocalAccess implements Access {
  readonly url = undefined;
  readonly engine: Engine;

  private constructor(private readonly open: OperatedEngine) {
    this.engine = open.engine;
  }

  /** @param project whether views are fed from the start. @throws DataFolderInUse */
  static async open(configuration: Configuration, project = true): Promise<LocalAccess> {
    return new LocalAccess(await openOperated(configuration, project));
  }

  async status(): Promise<Status> {
    return this.engine.projector.status();
  }

  async views(): Promise<ViewDescription[]> {
    const { projector } = this.engine;
    return projector.names().sort().map((name) => {
      const { options: { summary, version }, reports } = projector.get(name).view;
      return { name, version, reports: [...reports].map(([report, { summary }]) => ({ name: report, summary })), ...(summary !== undefined && { summary }) };
    });
  }

  async list(view: string, parameters: ListParameters): Promise<ListAnswer> {
    const { query, freshness } = listRequest(parameters);
    refuseUnknownFields(view, query);
    await this.fresh(view);
    const { value, position } = await this.engine.views.find(view, query, freshness);
    return { ...value, position };
  }

  async row(view: string, key: string, moment: MomentParameters = {}): Promise<Record<string, unknown> | undefined> {
    await this.fresh(view);
    return (await this.engine.views.get(view, key, momentsOf(moment))).value;
  }

  async report(view: string, name: string, moment: MomentParameters = {}): Promise<unknown> {
    await this.fresh(view);
    return (await this.engine.views.report(view, name, momentsOf(moment))).value;
  }

  async analyses(): Promise<AnalysisDescription[]> {
    return this.engine.analyses.all().map(({ name, compares, options: { version, summary, parameters } }) => ({ name, version, summary, parameters: parameterNames(parameters), compares }));
  }

  async analyse(name: string, question: ListParameters, onProgress?: OnProgress): Promise<AnalysisAnswer> {
    this.engine.analyses.get(name);
    await this.freshFor(question);
    return (await this.engine.analyses.answer(name, { ...analysisQuestion(question), ...telling(onProgress) })).value;
  }

  async explain(name: string, key: string, question: ListParameters, onProgress?: OnProgress): Promise<RowExplanation | undefined> {
    this.engine.analyses.get(name);
    await this.freshFor(question);
    const { value } = await this.engine.analyses.explain(name, key, { ...analysisQuestion(question), ...telling(onProgress) });
    return value && { key, ...value };
  }

  series(name: string, question: ListParameters, _rows: boolean, onProgress?: OnProgress): Promise<SeriesAnswers> {
    return this.engine.analyses.series(name, { ...seriesQuestion(question), ...telling(onProgress) });
  }

  async send(command: string, fields: object): Promise<void> {
    const type = this.engine.commands.byName(command)!.command as new () => object;
    await this.engine.commands.execute(withContext(plainToInstance(type, fields), { source: 'cli' }));
  }

  async whatIf(view: string, question: object, parameters: ListParameters): Promise<SupposedAnswer> {
    await (this.engine.projector.names().includes(view) ? this.fresh(view) : this.allFresh());
    const { value, position } = await whatIf(this.engine, view, question, parameters);
    return { ...value, position };
  }

  async *stream(category: string, id: string, query: StreamQuery): AsyncIterable<readonly RecordedEvent[]> {
    const aggregate = this.aggregate(category);
    const record = await recordOf(this.engine, aggregate, id);
    if (record !== undefined) this.showed(`history of ${category}`, [record]);
    yield* this.engine.events.readStream(aggregate.streamOf(id), query);
  }

  /** Records that events were shown: of these records or, without any, of whatever is in them. */
  showed(what: string, records: readonly string[]): void {
    this.open.authority.sawHistory(what, records);
  }

  /** Resolves when what was read so far is in the log. */
  async recorded(): Promise<void> {
    await this.open.sightings.flush();
  }

  async *log({ after, types, categories, limit }: LogQuery): AsyncIterable<readonly RecordedEvent[]> {
    this.showed('the log', []);
    const filter: EventFilter = { ...(types && { types }), ...(categories && { categories }) };
    let left = limit;
    for await (const { events } of this.engine.events.readAll({ after, filter, pageSize: Math.min(PAGE, limit) })) {
      yield events.slice(0, left);
      left -= events.length;
      if (left <= 0) return;
    }
  }

  async rebuild(view: string): Promise<void> {
    await this.engine.projector.rebuild(view);
  }

  async pause(view: string): Promise<void> {
    await this.engine.projector.pause(view);
  }

  async resume(view: string): Promise<void> {
    await this.engine.projector.resume(view);
    await catchUpWith(this.engine, [view]);
  }

  async deadLetters(view?: string): Promise<DeadLetter[]> {
    const { projector } = this.engine;
    const names = view === undefined ? projector.names() : [view];
    return (await Promise.all(names.map((name) => projector.deadLetters(name)))).flat();
  }

  async retry(view: string, key?: string): Promise<{ released: number; waiting: number }> {
    await this.fresh(view);
    return this.engine.projector.retry(view, key);
  }

  async close(): Promise<void> {
    await this.open.close();
  }

  /** As of a moment, or by the policies of one, all that is asked for is folded from the log. */
  private async freshFor(question: ListParameters): Promise<void> {
    if (!isOfThePast(question)) await this.allFresh();
  }

  private async allFresh(): Promise<void> {
    for (const reason of (await catchUp(this.engine)).values()) note(reason);
  }

  /** Waits until the view holds the whole log: nobody has fed it since this process began. One that cannot answers from what it has. */
  private async fresh(view: string): Promise<void> {
    this.engine.projector.get(view);
    const reason = (await catchUp(this.engine)).get(view);
    if (reason !== undefined) note(`${reason} This is what it has.`);
  }

  private aggregate(category: string) {
    const found = this.engine.aggregate(category);
    if (found) return found;
    const all = this.engine.contexts.flatMap(({ aggregates }) => aggregates.map(({ name }) => name));
    throw new Failed(`There is no kind of stream "${category}". A stream is called <kind>-<id>, such as customer-42; kinds: ${all.join(', ')}.`);
  }
}

/** Whether what is asked for needs no view of now. */
const isOfThePast = ({ asOf, knownAt, policiesAsOf }: ListParameters): boolean => [asOf, knownAt, policiesAsOf].some((given) => given !== undefined);

function telling(onProgress: OnProgress | undefined) {
  return onProgress ? { onProgress: (progress: AnalysisProgress) => onProgress(...stepOf(progress)) } : {};
}
