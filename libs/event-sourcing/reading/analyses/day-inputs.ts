import { readOf, type AnyAnalysis } from '../../modelling/analysis.js';
import type { AnyView, Computation, ViewReader } from '../../modelling/view.js';
import type { Moment } from '../moments/moment.js';
import { readerOfRows } from '../moments/rows-reader.js';
import { DayFold, type DayFoldSources } from './day-fold.js';
import type { StoredDocument } from '../moments/rows-reader.js';
import type { RowsInstead } from '../reader-instead.js';
import type { AnalysisSight } from './sight.js';

/** Rows of a view, day by day. */
interface DayRows {
  at(index: number): Promise<readonly StoredDocument[]>;
  get(key: string): StoredDocument | undefined | Promise<StoredDocument | undefined>;
}

const sameEveryDay = (rows: Promise<readonly StoredDocument[]>): DayRows => ({ at: () => rows, get: async (key) => (await rows).find(({ _id }) => _id === key) });

/** What an analysis reads, day by day. */
export class DayInputs {
  private readonly folds = new Map<string, DayRows>();
  private readonly parameters = new Map<string, { read: Map<string, readonly StoredDocument[]>; value: unknown }>();

  constructor(
    private readonly analysis: AnyAnalysis,
    private readonly moments: readonly Moment[],
    private readonly history: DayFoldSources,
    private readonly shown: { sight: AnalysisSight; instead?: RowsInstead | undefined },
  ) {}

  /** Rows of the sources that are not read as of an earlier moment. Days are asked for in their order. */
  async at(index: number, now: string): Promise<Record<string, readonly StoredDocument[]>> {
    const inputs: Record<string, readonly StoredDocument[]> = {};
    for (const [name, source] of Object.entries(this.analysis.sources)) {
      const { view, computed, earlier } = readOf(source);
      if (earlier) continue;
      const rows = this.shown.sight.of(view, await this.fold(view).at(index));
      inputs[name] = computed ? await this.computed(view, rows, index, now) : rows;
    }
    return inputs;
  }

  private fold(view: AnyView): DayRows {
    const known = this.folds.get(view.name);
    if (known) return known;
    const others = this.shown.instead?.(view);
    const fold = others ? sameEveryDay(others) : new DayFold(view, this.moments, this.history);
    this.folds.set(view.name, fold);
    return fold;
  }

  private async computed(view: AnyView, rows: readonly StoredDocument[], index: number, now: string): Promise<StoredDocument[]> {
    const computation = view.computation!;
    const parameters = await this.parametersOf(view, computation, index);
    return rows.map(({ _id, ...row }) => ({ _id, ...(computation.compute(row, now, parameters) as object) }));
  }

  /** Computed once for as long as nothing that they were read from has changed. */
  private async parametersOf(view: AnyView, computation: Computation<object, unknown, unknown>, index: number): Promise<unknown> {
    if (!computation.parameters) return undefined;
    const kept = this.parameters.get(view.name);
    if (kept && (await this.isUnchanged(kept.read, index))) return kept.value;
    const read = new Map<string, readonly StoredDocument[]>();
    const value = await computation.parameters(this.reader(index, read));
    this.parameters.set(view.name, { read, value });
    return value;
  }

  private async isUnchanged(read: ReadonlyMap<string, readonly StoredDocument[]>, index: number): Promise<boolean> {
    for (const [name, documents] of read) if ((await this.folds.get(name)!.at(index)) !== documents) return false;
    return true;
  }

  private reader(index: number, read: Map<string, readonly StoredDocument[]>): ViewReader {
    return readerOfRows(async (view) => {
      const fold = this.fold(view);
      const documents = await fold.at(index);
      read.set(view.name, documents);
      return { documents, get: (key) => fold.get(key) };
    });
  }
}
