import { basename } from 'node:path';
import {
  AppendTooLarge, CommandIdReused, ConcurrencyConflict, InvalidCommand, NO_REVISION, Rejection,
  type CommandResult, type Engine, type ResolvedContext,
} from '#event-sourcing';
import { boundedCache } from '../../event-sourcing/bounded-cache.js';
import { obeysRules } from '../../event-sourcing/writing/obeys-rules.js';
import { validateCommand } from '../../event-sourcing/writing/validation.js';
import { type FileFormat, type FileKind } from '../formats/file-format.js';
import { BadRow, RowMapper, type MappedCommand, type MappedRow } from '../mapping/row-mapper.js';
import { linesOf } from '../source/lines.js';
import { recordsOf, type SourceRecord } from '../source/records.js';
import { SourceFile, UnusableFile } from '../source/source-file.js';
import { idFrom } from '../batches/id-from.js';
import { OpenBatch } from '../batches/open-batch.js';
import { ImportProgress } from './import-progress.js';
import { instanceOf } from './instances.js';
import { Lanes } from './lanes.js';
import { RejectsFile } from './rejects-file.js';

export interface ImportOptions {
  /** Where rejected rows go. */
  rejects: string;
  /** Who imports. Default `import`. */
  actor?: string;
  /** Rows under way at the same time. Default 1,024. */
  inFlight?: number;
  /** Ends the import after the rows that are under way. */
  signal?: AbortSignal;
  onProgress?: (progress: ImportCounts & { bytesRead: number; size: number }) => void;
}

export interface ImportCounts {
  /** Rows of the file, its header line and blank lines not counted. */
  read: number;
  /** Rows that made events. */
  added: number;
  /** Rows that were there already. */
  duplicates: number;
  rejected: number;
}

export interface ImportSummary extends ImportCounts {
  /** Null where every row was taken. */
  rejectsFile: string | null;
  /** By which the import can be undone; null where nothing was to be sent. */
  importId: string | null;
  seconds: number;
  /** Of an import of several files: the counts of each. */
  files?: ({ file: string } & ImportCounts)[];
}

/** One of the files of an import. */
export interface ImportPart {
  path: string;
  format: FileFormat;
}

interface OpenedPart {
  file: SourceFile;
  format: FileFormat;
}

const SAVE_EVERY_MS = 2_000;
const REGISTERED_KEPT = 100_000;
const HANDLING = { mostAreNew: true };

/** Errors that are about the row; any other ends the import. */
const ABOUT_THE_ROW = [BadRow, Rejection, InvalidCommand, AppendTooLarge, CommandIdReused, ConcurrencyConflict];

/**
 * Sends the rows of a file as commands, many at once, those of one customer in the order of the file. Every row passes
 * the validation and the decisions that any command passes. Command ids are made from what the row says, so a row that
 * comes again, in the same file or another one, adds nothing.
 * @throws UnusableFile @throws UnreadableText @throws InvalidMapping @throws RejectsNotWritable @throws StoreUnavailable
 */
export function importFile(engine: Engine, kind: FileKind, path: string, format: FileFormat, options: ImportOptions): Promise<ImportSummary> {
  return importFiles(engine, kind, basename(path), [{ path, format }], options);
}

/**
 * The same for several files, one after the other, as one import: the rows of each rest on those of the files before it.
 * @param name what the import is called.
 * @throws UnusableFile @throws UnreadableText @throws InvalidMapping @throws RejectsNotWritable @throws StoreUnavailable
 */
export async function importFiles(engine: Engine, kind: FileKind, name: string, parts: readonly ImportPart[], options: ImportOptions): Promise<ImportSummary> {
  const started = performance.now();
  const opened: OpenedPart[] = await Promise.all(parts.map(async ({ path, format }) => ({ file: await SourceFile.open(path), format })));
  const contents = await Promise.all(opened.map(async ({ file, format }) => [JSON.stringify(format.mapping), await file.fingerprint()]));
  const key = idFrom([kind, ...contents.flat()]);
  const rejects = await RejectsFile.prepare(options.rejects);
  const run = new ImportRun(engine, kind, opened, rejects, await ImportProgress.load(engine, key), await OpenBatch.of(engine, key, kind, name, options.actor), options);
  try {
    await run.finish();
  } finally {
    await rejects.close();
  }
  const files = parts.length > 1 ? { files: run.countsOfParts } : {};
  return { ...run.counts, rejectsFile: rejects.written ?? null, importId: run.importId, seconds: Math.round(performance.now() - started) / 1_000, ...files };
}

interface SendableCommand {
  command: MappedCommand;
  instance: object;
  context: ResolvedContext;
}

class ImportRun {
  readonly counts: ImportCounts = { read: 0, added: 0, duplicates: 0, rejected: 0 };
  readonly countsOfParts: ({ file: string } & ImportCounts)[] = [];
  private readonly lanes: Lanes;
  private readonly existing = boundedCache<string, true>(REGISTERED_KEPT);
  private mapper: RowMapper | undefined;
  /** The part that is being taken. */
  private part!: OpenedPart;
  private readonly source: string;
  private savedAt = performance.now();

  constructor(
    private readonly engine: Engine,
    private readonly kind: FileKind,
    private readonly parts: readonly OpenedPart[],
    private readonly rejects: RejectsFile,
    private readonly progress: ImportProgress,
    private readonly batch: OpenBatch,
    private readonly options: ImportOptions,
  ) {
    this.source = batch.source;
    this.lanes = new Lanes(options.inFlight ?? 1_024);
  }

  async finish(): Promise<void> {
    try {
      await this.takeAll();
    } finally {
      await this.lanes.settled();
    }
    await this.progress.save();
    if (!this.options.signal?.aborted) await this.batch.complete(this.counts);
    this.report();
  }

  get importId(): string | null {
    return this.batch.isStarted ? this.batch.id : null;
  }

  private async takeAll(): Promise<void> {
    for (const part of this.parts) {
      const before = { ...this.counts };
      this.part = part;
      this.mapper = undefined;
      await this.takePart(part);
      await this.lanes.settled();
      this.countsOfParts.push({ file: basename(part.file.path), ...differenceOf(this.counts, before) });
      if (this.options.signal?.aborted) return;
    }
  }

  private async takePart({ file, format }: OpenedPart): Promise<void> {
    const { delimiter = ',', encoding } = format.mapping;
    const { signal } = this.options;
    for await (const records of recordsOf(linesOf(file.chunks(), encoding), delimiter)) {
      for (const record of records) {
        if (signal?.aborted) return;
        await this.take(record);
      }
      this.report();
      await this.saveNowAndThen();
    }
    if (!this.mapper) throw new UnusableFile(`${file.path} has nothing but blank lines.`);
  }

  private async take(record: SourceRecord): Promise<void> {
    if (!this.mapper) {
      this.mapper = this.compile(record);
      if (this.isHeader(record)) return;
    }
    const row = this.counts.read++;
    this.progress.begin(row);
    const mapped = this.map(record);
    if (mapped instanceof Error) return this.reject(row, record, mapped);
    if (this.progress.isDone(row)) return this.duplicate(row);
    await this.batch.start();
    await this.lanes.add(mapped.sequence, () => this.send(row, record, mapped));
  }

  private compile(first: SourceRecord): RowMapper {
    const { file, format } = this.part;
    const { columns } = format.mapping;
    if (!columns && first.problem !== undefined) throw new UnusableFile(`${file.path} has no header line that can be read: ${first.problem}.`);
    return RowMapper.compile(format.mapping, columns ?? first.values!, (command) => this.engine.commands.byName(command));
  }

  private isHeader({ values }: SourceRecord): boolean {
    const { format } = this.part;
    if (!format.mapping.columns) return true;
    return values !== undefined && (format.isHeader?.(values) ?? false);
  }

  private map({ values, problem, line }: SourceRecord): MappedRow | BadRow {
    if (problem !== undefined) return new BadRow(problem);
    try {
      return this.mapper!.map(this.part.format.valuesOf?.(values, line) ?? values);
    } catch (error) {
      if (error instanceof BadRow) return error;
      throw error;
    }
  }

  private async send(row: number, record: SourceRecord, { commands }: MappedRow): Promise<void> {
    try {
      const results = await this.sendAll(commands);
      const added = results.some(({ repeated, events }) => !repeated && events > 0);
      this.counts[added ? 'added' : 'duplicates']++;
      this.progress.end(row, false, results.at(-1));
    } catch (error) {
      if (!ABOUT_THE_ROW.some((kind) => error instanceof kind)) throw error;
      await this.reject(row, record, error as Error);
    }
  }

  /** Validated together before the first is sent: a row with a malformed purchase must not register its customer. */
  private async sendAll(commands: readonly MappedCommand[]): Promise<CommandResult[]> {
    const sendable: SendableCommand[] = [];
    for (const command of commands) {
      if (command.once && this.existing.has(streamOf(command))) continue;
      const prepared = this.prepared(command);
      if (obeysRules(prepared.instance) || (await this.isToBeSent(prepared))) sendable.push(prepared);
    }
    const results: CommandResult[] = [];
    for (const each of sendable) {
      const result = await this.sendOne(each);
      if (result) results.push(result);
    }
    return results;
  }

  /** @returns undefined where it is sent once, and what it is about exists. */
  private async sendOne({ command, instance, context }: SendableCommand): Promise<CommandResult | undefined> {
    const { aggregates } = this.engine;
    const { decision, once } = command;
    if (!once) return aggregates.handle(decision, instance, context, HANDLING);
    const result = await aggregates.handleFirst(decision, instance, context, HANDLING);
    this.existing.set(streamOf(command), true);
    return result;
  }

  /** @throws InvalidCommand unless it would not be sent anyway. */
  private async isToBeSent({ command, instance }: SendableCommand): Promise<boolean> {
    try {
      validateCommand(instance);
      return true;
    } catch (error) {
      if (command.once && (await this.exists(command))) return false;
      throw error;
    }
  }

  private prepared(command: MappedCommand): SendableCommand {
    const { decision, once, id, data } = command;
    const fields = data();
    const commandId = idFrom([this.kind, decision.command.name, once ? id : JSON.stringify(fields)]);
    const instance = instanceOf(decision.command as unknown as new () => object, fields);
    return { command, instance, context: { commandId, idGiven: true, correlationId: this.batch.id, actor: this.options.actor ?? 'import', source: this.source } };
  }

  private async exists({ decision: { aggregate }, id }: MappedCommand): Promise<boolean> {
    const { revision, state } = await this.engine.aggregates.state(aggregate, id);
    return revision > NO_REVISION && state !== aggregate.initial;
  }

  private duplicate(row: number): void {
    this.counts.duplicates++;
    this.progress.end(row, false);
  }

  private async reject(row: number, { line, raw }: SourceRecord, { message }: Error): Promise<void> {
    this.counts.rejected++;
    this.progress.end(row, true);
    await this.rejects.add(this.parts.length > 1 ? `${basename(this.part.file.path)}:${line}` : String(line), message, raw);
  }

  private report(): void {
    const of = (number: (file: SourceFile) => number) => this.parts.reduce((sum, { file }) => sum + number(file), 0);
    this.options.onProgress?.({ ...this.counts, bytesRead: of(({ bytesRead }) => bytesRead), size: of(({ size }) => size) });
  }

  private async saveNowAndThen(): Promise<void> {
    if (performance.now() - this.savedAt < SAVE_EVERY_MS) return;
    await this.progress.save();
    this.savedAt = performance.now();
  }
}

const differenceOf = (now: ImportCounts, before: ImportCounts): ImportCounts => ({
  read: now.read - before.read, added: now.added - before.added, duplicates: now.duplicates - before.duplicates, rejected: now.rejected - before.rejected,
});

const streamOf = ({ decision: { aggregate }, id }: MappedCommand): string => aggregate.streamOf(id);
