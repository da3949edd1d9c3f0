import { once } from 'node:events';
import { StoreUnavailable } from '#event-sourcing';
import { startThread, type Thread } from '../threads.js';
import type { EncodedWrites } from './encoded.js';
import { named } from './naming.js';
import type { Change, ChangeAnswer, ChangeRequest, WriterOptions } from './writer.worker.js';

interface Reply {
  resolve: (result: boolean) => void;
  reject: (error: Error) => void;
}

/** Parts that wait for the thread, so that it never waits for whoever makes them. */
const PARTS_AHEAD = 4;

/**
 * The thread that changes the file, so that whoever folds and answers goes on meanwhile. Changes are made one after the
 * other in the order in which they were asked for. It starts with the first of them.
 */
export class WritingThread {
  private thread: Thread | undefined;
  /** In the order in which was asked, which is that of the answers. */
  private replies: Reply[] = [];
  private before: Promise<unknown> = Promise.resolve();

  constructor(private readonly file: string) {}

  /**
   * @returns whether anything was to be changed.
   * @throws StoreUnavailable the file cannot be written. @throws UnusableDatabase it turns out to be damaged.
   */
  change(change: Change): Promise<boolean> {
    return this.inTurn(() => this.ask(change));
  }

  /** Writes all of the parts or none; the next parts are made while one is written. @throws as {@link change}, and what making a part throws. */
  write(parts: Iterator<readonly EncodedWrites[], void>): Promise<void> {
    return this.inTurn(async () => {
      const asked: Promise<boolean>[] = [];
      try {
        await this.askAll(parts, asked);
      } finally {
        await Promise.allSettled(asked);
      }
    });
  }

  private async askAll(parts: Iterator<readonly EncodedWrites[], void>, asked: Promise<boolean>[]): Promise<void> {
    let begun: Thread | undefined;
    for (let part = parts.next(); !part.done; ) {
      const next = attempt(() => parts.next());
      if (begun && this.thread !== begun) throw this.stoppedError();
      asked.push(this.ask({ kind: 'write', part: part.value, isFirst: begun === undefined, isLast: next.value?.done === true }));
      begun = this.thread;
      if (next.value === undefined) {
        asked.push(this.ask({ kind: 'abandon' }));
        throw next.error;
      }
      if (asked.length > PARTS_AHEAD) await asked[asked.length - 1 - PARTS_AHEAD];
      part = next.value;
    }
    for (const written of asked) await written;
  }

  async close(): Promise<void> {
    await this.before;
    if (!this.thread) return;
    const { worker } = this.thread;
    worker.ref();
    worker.postMessage('close' satisfies ChangeRequest);
    await once(worker, 'exit');
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.before.then(task);
    // Whoever asked for it is told; the next one only waits for its end.
    this.before = mine.catch(() => undefined);
    return mine;
  }

  private ask(change: Change): Promise<boolean> {
    this.thread ??= this.start();
    const { worker } = this.thread;
    worker.postMessage(change satisfies ChangeRequest);
    // The process stays alive for an answer and not for an idle thread.
    worker.ref();
    const answered = new Promise<boolean>((resolve, reject) => this.replies.push({ resolve, reject }));
    // It is told to whoever waits for it; while several are under way, nobody may be waiting yet.
    answered.catch(() => undefined);
    return answered;
  }

  private start(): Thread {
    const thread = startThread(new URL('./writer.worker.js', import.meta.url), { file: this.file } satisfies WriterOptions);
    thread.worker.on('message', (answer: ChangeAnswer) => this.answered(thread, answer));
    thread.worker.on('error', (error) => this.stopped(thread, error));
    thread.worker.on('exit', () => this.stopped(thread));
    return thread;
  }

  private answered({ worker }: Thread, answer: ChangeAnswer): void {
    const reply = this.replies.shift();
    if (this.replies.length === 0) worker.unref();
    if ('result' in answer) reply?.resolve(answer.result);
    else reply?.reject(named(Object.assign(new Error(answer.fault.message), answer.fault), this.file));
  }

  private stopped(thread: Thread, cause?: Error): void {
    if (this.thread !== thread) return;
    this.thread = undefined;
    const error = this.stoppedError(cause);
    for (const { reject } of this.replies) reject(error);
    if (cause && this.replies.length === 0) process.emitWarning(error.message);
    this.replies = [];
  }

  private stoppedError(cause?: Error): StoreUnavailable {
    const why = cause && named(cause, this.file);
    return new StoreUnavailable(`${this.file}: the writing thread stopped${why ? ` (${why.message})` : ''}; the next change starts another.`, { cause: why });
  }
}

function attempt<T>(task: () => T): { value: T; error?: undefined } | { value?: undefined; error: unknown } {
  try {
    return { value: task() };
  } catch (error) {
    return { error };
  }
}
