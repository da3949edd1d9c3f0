import { errorFields, InTurn, pause, Rejection, StoreUnavailable, withContext, type Clock, type Engine, type Log } from '#event-sourcing';
import { RecordDelivery, RecordDeliveryFailure } from '../commands/outcome.js';
import { Message, type KnownMessage } from '../domain/message.js';
import { outbox, type OutboxRow } from '../views/outbox.view.js';
import { Undeliverable, type Courier } from './courier.js';

export interface OutboxSurroundings {
  engine: Engine;
  courier: Courier;
  clock: Clock;
  log: Log;
}

const LOOK_MS = 200;
const PAGE = 100;
const AT_ONCE = 5;
const LONGEST_PAUSE_MS = 5_000;
const SHOWN_OF_ERROR = 1_000;
const VIEW_TIMEOUT_MS = 5_000;
/** What texts of an erased person read as. */
const ERASED = '[erased]';

/**
 * Delivers what is queued, each message by the program that owns it: at least once, under the same key each time. What
 * counts is in the stream of a message; the view only tells where to look.
 */
export class Outbox {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private readonly delivering = new InTurn();
  trouble: string | undefined;

  constructor(private readonly around: OutboxSurroundings) {}

  /** Begins to deliver. The engine's processes must have been started: they say which messages are this program's. */
  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.around.courier.close?.();
  }

  /** Delivers all that is due now. @returns how many deliveries were tried. */
  deliverDue(): Promise<number> {
    // Two at once would have the same message under way twice.
    return this.delivering.run('due', () => this.deliverAllDue());
  }

  private async deliverAllDue(): Promise<number> {
    let tried = 0;
    for (let skip = 0; !this.stopping.signal.aborted; ) {
      const due = await this.due(skip);
      const mine = due.filter(({ _id }) => this.around.engine.processes.owns(_id));
      const positions = await this.deliverAll(mine.map(({ _id }) => _id));
      tried += positions.length;
      if (due.length < PAGE) return tried;
      await this.around.engine.projector.reaches(outbox.name, Math.max(0, ...positions), VIEW_TIMEOUT_MS);
      skip += due.length - positions.length;
    }
    return tried;
  }

  /** Resolves when all that is queued by now was tried. */
  async settled(): Promise<void> {
    const { engine } = this.around;
    if (this.collection() === undefined) return;
    await engine.projector.reaches(outbox.name, await engine.events.head(), VIEW_TIMEOUT_MS);
    await this.deliverDue();
  }

  /** A message as it is sent; undefined where there is none. */
  async text(messageId: string): Promise<string | undefined> {
    const { state: message } = await this.around.engine.aggregates.state(Message, messageId);
    return message ? this.around.courier.text({ messageId, content: message.content, now: new Date(message.queuedAt) }) : undefined;
  }

  /** Removes what was written of messages about a person. Repeatable. */
  async forget(subject: string): Promise<void> {
    const { engine, courier } = this.around;
    const collection = this.collection();
    if (collection === undefined || !courier.remove) return;
    const [kind, id] = [subject.slice(0, subject.indexOf('-')), subject.slice(subject.indexOf('-') + 1)];
    for await (const page of engine.documents.scan(collection, { [`${kind}Id`]: id })) await courier.remove(page.map(({ _id }) => _id));
  }

  /** How many messages wait, and how many were given up. */
  async counts(): Promise<{ queued: number; dead: number }> {
    const collection = this.collection();
    const count = async (status: OutboxRow['status']) => (collection === undefined ? 0 : this.around.engine.documents.count(collection, { status }));
    return { queued: await count('queued'), dead: await count('dead') };
  }

  /** Undefined where this program has no such view, or none that was fed. */
  private collection(): string | undefined {
    const { projector } = this.around.engine;
    return projector.names().includes(outbox.name) ? projector.get(outbox.name).answering : undefined;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.deliverDue();
        failures = 0;
        this.trouble = undefined;
      } catch (error) {
        if (this.trouble === undefined) this.around.log.error(errorFields(error), 'messages cannot be delivered; trying again');
        this.trouble = errorFields(error).error;
        failures++;
      }
      await pause(Math.min(LONGEST_PAUSE_MS, LOOK_MS * 2 ** failures), signal);
    }
  }

  private async due(skip: number): Promise<{ _id: string }[]> {
    const { engine, clock } = this.around;
    const collection = this.collection();
    if (collection === undefined) return [];
    const filter = { status: 'queued' satisfies OutboxRow['status'], dueAt: { $lte: clock.now().toISOString() } };
    return engine.documents.find(collection, { filter, sort: { dueAt: 1 }, skip, limit: PAGE, projection: { status: 1 } });
  }

  /** @returns where what became of them was recorded. */
  private async deliverAll(messageIds: readonly string[]): Promise<number[]> {
    const positions: number[] = [];
    let next = 0;
    const worker = async () => {
      while (next < messageIds.length && !this.stopping.signal.aborted) {
        const position = await this.deliver(messageIds[next++]!);
        if (position !== undefined) positions.push(position);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return positions;
  }

  private async deliver(messageId: string): Promise<number | undefined> {
    const { engine, courier, clock } = this.around;
    const { state: message } = await engine.aggregates.state(Message, messageId);
    const now = clock.now();
    if (message?.status !== 'queued' || message.dueAt > now.toISOString() || !engine.processes.owns(messageId)) return undefined;
    const attempt = message.attempts + 1;
    if (isErased(message)) return this.record(new RecordDeliveryFailure(), { messageId, attempt, again: false });
    try {
      const { via, answer } = await courier.deliver({ messageId, content: message.content, now });
      return await this.record(new RecordDelivery(), { messageId, attempt, via, ...(answer !== undefined && { answer: shown(answer) }) });
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      const failure = errorFields(error).error;
      this.around.log.warn({ messageId, attempt, error: failure }, 'a message could not be delivered');
      return this.record(new RecordDeliveryFailure(), { messageId, attempt, again: !(error instanceof Undeliverable), error: shown(failure) });
    }
  }

  private async record(command: RecordDelivery | RecordDeliveryFailure, fields: { messageId: string; attempt: number; answer?: string; error?: string; via?: string; again?: boolean }): Promise<number> {
    const context = { actor: 'outbox', source: 'outbox' };
    try {
      return (await this.around.engine.commands.executeOwn(withContext(Object.assign(command, fields), context))).position;
    } catch (error) {
      if (!(error instanceof Rejection) || error.code !== 'person-erased') throw error;
      // What was answered may tell of the person, who was erased meanwhile.
      const { answer: _, error: __, ...rest } = fields;
      const Type = command.constructor as new () => RecordDelivery;
      return (await this.around.engine.commands.executeOwn(withContext(Object.assign(new Type(), rest), context))).position;
    }
  }
}

/** A text that can be kept: without control characters, and not too long. */
const shown = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim().slice(0, SHOWN_OF_ERROR) || 'no reason given';

function isErased({ content }: KnownMessage): boolean {
  return content.kind === 'mail' ? content.text === ERASED : content.payload === undefined;
}
