import { ImportBatch, mergedCustomers } from '#customers';
import { BEGINNING, isWithdrawal, StoreUnavailable, withdraw, withdrawals, type Engine, type Position, type RecordedEvent } from '#event-sourcing';
import { Batch } from '../batches/batch.js';
import { forgetProgress } from '../running/import-progress.js';

export interface UndoOptions {
  actor?: string;
  reason: string;
  /** Leave alone what something else rests on, instead of refusing to undo. */
  keepUsed?: boolean;
  /** Ends after the streams that are under way; run again it goes on. */
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

export interface UndoneImport {
  importId: string;
  /** Events that this run has withdrawn, and from how many streams. */
  events: number;
  streams: number;
  /** Events of the import that count on, because something else rests on them. */
  kept: number;
  /** It was undone before; nothing was left to do. */
  already: boolean;
}

/** Something that was recorded since and rests on what was imported. */
export interface Dependent {
  /** What it rests on: a customer, or the stream that it continues. */
  on: string;
  type: string;
  stream: string;
  position: Position;
}

export class UnknownImport extends Error {
  override readonly name = 'UnknownImport';
  constructor(importId: string) {
    super(`There is no import ${importId}. The view import_batches lists all of them.`);
  }
}

const NAMED = 10;

/** Something that was recorded since rests on the import. */
export class ImportInUse extends Error {
  override readonly name = 'ImportInUse';
  constructor(importId: string, readonly dependents: readonly Dependent[]) {
    const named = dependents.slice(0, NAMED).map(({ on, type, stream, position }) => `${on}: ${type} in ${stream} (position ${position})`);
    const more = dependents.length > NAMED ? `, and ${dependents.length - NAMED} more` : '';
    super(`Import ${importId} cannot be undone: ${dependents.length} events recorded since rest on it. ${named.join('; ')}${more}. Take them back first, or keep what they rest on (--keep-used).`);
  }
}

const AT_ONCE = 256;

/**
 * Withdraws every event that an import has recorded; the trail keeps them. Nothing is withdrawn where it is refused.
 * Broken off, it goes on when it is called again; once it is done, calling it again changes nothing.
 * @throws UnknownImport @throws ImportInUse @throws StoreUnavailable
 */
export async function undoImport(engine: Engine, importId: string, options: UndoOptions): Promise<UndoneImport> {
  const { actor = 'import', reason, signal } = options;
  const batch = new Batch(engine, importId, { actor, source: `import-undo:${importId}` });
  const { status, fingerprint } = await batch.state();
  if (status === 'none') throw new UnknownImport(importId);
  const { take, kept } = await toWithdraw(engine, importId, options.keepUsed ?? false);
  if (status === 'reverted' && take.length === 0) return { importId, events: 0, streams: 0, kept, already: true };
  const streams = await withdrawAll(engine, importId, take, options);
  const events = sum(take.slice(0, streams));
  if (!signal?.aborted) {
    await batch.revert({ events, streams, kept, reason });
    await forgetProgress(engine, fingerprint);
  }
  return { importId, events, streams, kept, already: false };
}

type InStream = readonly [stream: string, revisions: readonly number[]];

const sum = (streams: readonly InStream[]) => streams.reduce((total, [, revisions]) => total + revisions.length, 0);

/** @throws ImportInUse */
async function toWithdraw(engine: Engine, importId: string, keepUsed: boolean): Promise<{ take: InStream[]; kept: number }> {
  const { imported, dependents } = await whatRestsOn(engine, importId);
  if (dependents.length > 0 && !keepUsed) throw new ImportInUse(importId, dependents);
  const used = new Set(dependents.map(({ on }) => on));
  const take = [...imported].filter(([stream]) => !used.has(stream));
  return { take, kept: sum([...imported]) - sum(take) };
}

/** @returns from how many streams. */
async function withdrawAll(engine: Engine, importId: string, take: readonly InStream[], { actor = 'import', reason, signal, onProgress }: UndoOptions): Promise<number> {
  let done = 0;
  while (done < take.length && !signal?.aborted) {
    const some = take.slice(done, done + AT_ONCE);
    await Promise.all(some.map(([stream, revisions]) => withdrawFrom(engine, stream, revisions, reason, importId, { actor, source: `import-undo:${importId}` })));
    done += some.length;
    onProgress?.(done, take.length);
  }
  return done;
}

async function withdrawFrom(engine: Engine, stream: string, revisions: readonly number[], reason: string, importId: string, asker: { actor: string; source: string }): Promise<void> {
  const dash = stream.indexOf('-');
  const aggregate = engine.aggregate(stream.slice(0, dash));
  if (!aggregate) throw new StoreUnavailable(`This program has no aggregate for ${stream}; undo the import with the one that imported it.`);
  await withdraw(engine.aggregates, aggregate, stream.slice(dash + 1), { revisions, reason }, { ...asker, commandId: `undo/${importId}/${stream}/${revisions.join(',')}`, correlationId: importId });
}

/** The events of the import that count, by stream, and what was recorded since and rests on them. */
async function whatRestsOn(engine: Engine, importId: string): Promise<{ imported: Map<string, number[]>; dependents: Dependent[] }> {
  const head = await engine.events.head();
  await engine.readings.upTo(head);
  const imported = new Map<string, number[]>();
  const customers = new Set<string>();
  const dependents: Dependent[] = [];
  for await (const event of countingEvents(engine, await startOf(engine, importId), head)) {
    if (event.metadata.correlationId === importId) {
      const revisions = imported.get(event.stream);
      if (revisions) revisions.push(event.revision);
      else imported.set(event.stream, [event.revision]);
      if (event.type === 'CustomerRegistered') customers.add(`customer-${(event.data as { customerId: string }).customerId}`);
    } else {
      const named = mergedCustomers.options.subjects!(event).map((id) => `customer-${id}`);
      const on = [...new Set([event.stream, ...named])].filter((stream) => customers.has(stream) || (stream === event.stream && imported.has(stream)));
      dependents.push(...on.map((each) => ({ on: each, type: event.type, stream: event.stream, position: event.position })));
    }
  }
  return { imported, dependents };
}

/** Events of streams that imports are about, without those that were withdrawn. */
async function* countingEvents(engine: Engine, after: Position, until: Position): AsyncIterable<RecordedEvent> {
  const counted = withdrawals.options.reading(engine.readings.between(BEGINNING, until).filter(isWithdrawal));
  for await (const { events } of engine.events.readAll({ after, until })) {
    for (const event of events) if (!isWithdrawal(event) && !event.stream.startsWith(`${ImportBatch.name}-`) && counted.read(event)) yield event;
  }
}

async function startOf(engine: Engine, importId: string): Promise<Position> {
  for await (const [first] of engine.events.readStream(ImportBatch.streamOf(importId), { limit: 1 })) if (first) return first.position;
  throw new UnknownImport(importId);
}
