import { once } from 'node:events';
import { StoreUnavailable } from '#event-sourcing';
import { startThread, type Thread } from '../threads.js';
import { named } from './naming.js';
import type { Change, ChangeAnswer, ChangeRequest, WriterOptions } from './writer.worker.js';

interface Reply {
  resolve: (result: boolean) => void;
  reject: (error: Error) => void;
}

/**
 * The thread that changes the file, so that whoever folds and answers goes on meanwhile. Changes are made in the order
 * in which they were asked for, each in a transaction of its own. It starts with the first of them.
 */
export class WritingThread {
  private thread: Thread | undefined;
  /** Of the changes under way, the oldest first. */
  private replies: Reply[] = [];

  constructor(private readonly file: string) {}

  /**
   * @returns whether anything was to be changed.
   * @throws StoreUnavailable the file cannot be written. @throws UnusableDatabase it turns out to be damaged.
   */
  async change(change: Change): Promise<boolean> {
    this.thread ??= this.start();
    const { worker } = this.thread;
    worker.postMessage(change satisfies ChangeRequest);
    // The process stays alive for an answer and not for an idle thread.
    worker.ref();
    return new Promise((resolve, reject) => this.replies.push({ resolve, reject }));
  }

  async close(): Promise<void> {
    if (!this.thread) return;
    const { worker } = this.thread;
    worker.ref();
    worker.postMessage('close' satisfies ChangeRequest);
    await once(worker, 'exit');
  }

  private start(): Thread {
    const thread = startThread(new URL('./writer.worker.js', import.meta.url), { file: this.file } satisfies WriterOptions);
    thread.worker.on('message', (answer: ChangeAnswer) => this.answered(thread, answer));
    thread.worker.on('error', (error) => this.stopped(thread, error));
    thread.worker.on('exit', () => this.stopped(thread));
    return thread;
  }

  private answered({ worker }: Thread, answer: ChangeAnswer): void {
    const reply = this.replies.shift()!;
    if (this.replies.length === 0) worker.unref();
    if ('result' in answer) reply.resolve(answer.result);
    else reply.reject(named(Object.assign(new Error(answer.fault.message), answer.fault), this.file));
  }

  private stopped(thread: Thread, cause?: Error): void {
    if (this.thread !== thread) return;
    this.thread = undefined;
    const waiting = this.replies.splice(0);
    const why = cause === undefined ? undefined : named(cause, this.file);
    const error = new StoreUnavailable(`${this.file}: the writing thread stopped${why ? ` (${why.message})` : ''}; the next change starts another.`, { cause: why });
    for (const { reject } of waiting) reject(error);
    if (cause && waiting.length === 0) process.emitWarning(error.message);
  }
}
