import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Argument, Option, type Command } from 'commander';
import { type Engine } from '#event-sourcing';
import {
  knownFormats, ImportInUse, importFile, importSales, MAIN_COMMANDS, mappingOf, settlementOf, undoImport, UnknownImport,
  type FileFormat, type FileKind, type Finding, type ImportOptions, type ImportSummary, type SalesImportSummary, type UndoneImport,
} from '#importing';
import { operator } from '../access/credentials.js';
import { withEngine } from '../access/own-engine.js';
import { invocationOf, pathOf, type Invocation } from '../invocation.js';
import { catchUpWith } from '../operations/catch-up.js';
import { Failed, WrongUsage } from '../terminal/exit.js';
import { note } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';

interface ImportCommandOptions {
  format?: keyof typeof knownFormats;
  mapping?: string;
  rejects?: string;
}

/** An import, and how long views took after it to hold all of it. */
interface Imported extends ImportSummary {
  viewsSeconds: number;
  /** Of a folder of sales: what is not as it should be in its files. */
  findings?: Finding[];
}

type Import = (engine: Engine, options: ImportOptions) => Promise<ImportSummary | SalesImportSummary>;

export function addImport(program: Command): void {
  const command = program
    .command('import')
    .description('sends the rows of a file as commands; run twice it adds nothing, and after a kill it goes on')
    .addArgument(new Argument('<kind>', 'what the rows are').choices(Object.keys(MAIN_COMMANDS)))
    .argument('<file>', 'the file; of sales also a folder with accounts.csv, products.csv, sales_teams.csv and sales_pipeline.csv')
    .addOption(new Option('--format <name>', 'a known format of purchases').choices(Object.keys(knownFormats)))
    .option('--mapping <file>', 'JSON that tells how columns become fields of commands; for a folder of sales, what its wrong words stand for')
    .option('--rejects <file>', 'where rows go that are not taken (default: <file>.rejects.csv)')
    .action(async (kind: FileKind, file: string, options: ImportCommandOptions, command: Command) => {
      const invocation = invocationOf(command);
      const path = pathOf(file);
      const work = kind === 'sales' && isFolder(path) ? folderOfSales(path, options) : oneFile(kind, path, options);
      const rejects = options.rejects === undefined ? rejectsFor(path) : pathOf(options.rejects);
      await run(invocation, work, rejects);
    });
  command
    .command('undo')
    .description('withdraws everything that an import has recorded; broken off, it goes on when it is run again')
    .argument('<id>', 'the id that the import told; the view import_batches lists all')
    .option('--reason <text>', 'why, for the history', 'The import was undone.')
    .option('--keep-used', 'leave alone what something else rests on, instead of refusing')
    .action(async (id: string, options: UndoCommandOptions, command: Command) => undo(invocationOf(command), id, options));
}

interface UndoCommandOptions {
  reason: string;
  keepUsed?: boolean;
}

async function undo({ configuration, output }: Invocation, id: string, { reason, keepUsed = false }: UndoCommandOptions): Promise<void> {
  await withEngine(configuration, 'An import', async (engine, signal) => {
    const bar = progressBar('Withdrawing');
    const undone = await undoImport(engine, id, { reason, keepUsed, actor: operator(), signal, onProgress: (done, total) => bar.update(done, total, `${done} streams`) })
      .catch((error: unknown) => { throw error instanceof ImportInUse || error instanceof UnknownImport ? new Failed(error.message, { cause: error }) : error; })
      .finally(() => bar.end());
    if (signal.aborted) throw new Failed(`Interrupted after ${undone.streams} streams. Run the same again to go on.`);
    await engine.projector.start();
    await catchUpWith(engine, engine.projector.names());
    await output.answer(undone, () => toldUndone(undone));
  });
}

function toldUndone({ importId, events, streams, kept, already }: UndoneImport): string {
  if (already) return `Import ${importId} was undone before; nothing was left to do.`;
  return `Import ${importId} is undone: ${events} events in ${streams} streams withdrawn${kept > 0 ? `, ${kept} kept because something else rests on them` : ''}. The history still shows them.`;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** @throws WrongUsage @throws Failed the mapping cannot be read. @throws InvalidMapping */
function oneFile(kind: FileKind, path: string, options: ImportCommandOptions): Import {
  const format = formatOf(kind, options);
  return (engine, importing) => importFile(engine, kind, path, format, importing);
}

/** @throws WrongUsage @throws Failed the mapping cannot be read. @throws InvalidMapping */
function folderOfSales(path: string, { format, mapping }: ImportCommandOptions): Import {
  if (format !== undefined) throw new WrongUsage(`--format ${format} is for purchases; a folder of sales needs none.`);
  const settlement = mapping === undefined ? {} : settlementOf(readJson(pathOf(mapping)));
  return (engine, importing) => importSales(engine, path, settlement, importing);
}

/** @throws WrongUsage @throws Failed the mapping cannot be read. @throws InvalidMapping */
function formatOf(kind: FileKind, { format, mapping }: ImportCommandOptions): FileFormat {
  if ((format === undefined) === (mapping === undefined)) throw new WrongUsage('Give --mapping, a JSON file such as {"fields":{"name":{"column":"Name"}}}, or --format for a known format of purchases.');
  if (mapping !== undefined) return { mapping: mappingOf(readJson(pathOf(mapping)), MAIN_COMMANDS[kind]) };
  if (kind !== 'purchases') throw new WrongUsage(`--format ${format} is for purchases; give --mapping for ${kind}.`);
  return knownFormats[format!];
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Failed(`The mapping ${path} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}

/** Beside the file or, where nothing can be written there, in the present folder. */
function rejectsFor(path: string): string {
  const name = `${basename(path)}.rejects.csv`;
  try {
    accessSync(dirname(path), constants.W_OK);
    return join(dirname(path), name);
  } catch {
    // A folder that cannot be written is no error yet: there may be nothing to write.
    return pathOf(name);
  }
}

async function run({ configuration, output }: Invocation, work: Import, rejects: string): Promise<void> {
  await withEngine(configuration, 'An import', async (engine, signal) => {
    const bar = progressBar('Importing');
    const summary = await work(engine, {
      rejects, actor: operator(), signal,
      onProgress: ({ bytesRead, size, read, rejected }) => bar.update(bytesRead, size, `${read} rows, ${rejected} rejected`),
    }).finally(() => bar.end());
    if (signal.aborted) throw new Failed(`Interrupted after ${summary.read} rows. Run the same again to go on.`);
    const started = performance.now();
    await engine.projector.start();
    await catchUpWith(engine, engine.projector.names());
    const imported: Imported = { ...summary, viewsSeconds: Math.round(performance.now() - started) / 1_000 };
    await output.answer(imported, () => told(imported));
    if (summary.read > 0 && summary.rejected === summary.read) throw new Failed(`No row could be taken; ${summary.rejectsFile} tells why.`);
  });
}

function told({ read, added, duplicates, rejected, rejectsFile, seconds, viewsSeconds, importId, findings = [] }: Imported): string {
  const rate = seconds > 0 ? `, ${Math.round(read / seconds)} rows/s` : '';
  for (const finding of findings) note(toldFinding(finding));
  if (rejectsFile !== null) note(`Rejected rows, with line number and reason: ${rejectsFile}`);
  return `${read} rows read: ${added} added, ${duplicates} there already, ${rejected} rejected (${seconds} s${rate}; views up to date after ${viewsSeconds} s more).${importId === null ? '' : ` To undo it: guanxi import undo ${importId}`}`;
}

function toldFinding({ what, value, rows, settled, suggestion }: Finding): string {
  const about = `${what}${value === '' ? '' : ` "${value}"`} in ${rows} row${rows === 1 ? '' : 's'}`;
  if (settled !== undefined) return `${about}: ${settled}`;
  return `${about}: not settled${suggestion === undefined ? '' : `; is "${suggestion}" meant?`} Say what it stands for with --mapping.`;
}
