import { Worker } from 'node:worker_threads';
import { StoreUnavailable } from '#event-sourcing';
import { explain } from '../faults.js';
import type { EventColumns, WriterAnswer, WriterOptions, WriterRequest } from './writer.worker.js';

interface Reply {
  resolve: (answer: { indexedTo: number }) => void;
  reject: (error: Error) => void;
}

/** The thread that owns the connection for writing. One request at a time. */
export class Writer {
  private worker: Worker | undefined;
  private reply: Reply | undefined;

  constructor(private readonly options: WriterOptions) {}

  get running(): boolean {
    return this.worker !== undefined;
  }

  /**
   * Starts the thread and opens the file.
   * @throws Error why the file cannot be opened, and what to do.
   */
  async start(): Promise<void> {
    const worker = new Worker(new URL('./writer.worker.js', import.meta.url), { workerData: this.options });
    this.worker = worker;
    worker.on('message', (answer: WriterAnswer) => this.answered(answer));
    worker.on('error', (error) => this.stopped(worker, error));
    worker.on('exit', () => this.stopped(worker));
    try {
      await this.answer();
    } catch (error) {
      this.worker = undefined;
      await worker.terminate();
      throw error;
    }
  }

  /**
   * Commits the events, durably.
   * @returns the position up to which the stream index is filled.
   * @throws StoreUnavailable the file cannot be written, or the thread stopped; the outcome may be unknown.
   */
  async commit(events: EventColumns): Promise<number> {
    const { indexedTo } = await this.request(events);
    return indexedTo;
  }

  async close(): Promise<void> {
    const worker = this.worker;
    if (!worker) return;
    this.worker = undefined;
    const exit = new Promise((resolve) => worker.once('exit', resolve));
    worker.ref();
    worker.postMessage('close' satisfies WriterRequest);
    await exit;
  }

  private request(request: WriterRequest): Promise<{ indexedTo: number }> {
    if (!this.worker) return Promise.reject(new StoreUnavailable(`${this.options.path}: the writing thread does not run.`));
    this.worker.postMessage(request);
    return this.answer();
  }

  /** The process stays alive for an answer and not for an idle thread. */
  private answer(): Promise<{ indexedTo: number }> {
    this.worker?.ref();
    return new Promise((resolve, reject) => (this.reply = { resolve, reject }));
  }

  private answered(answer: WriterAnswer): void {
    this.worker?.unref();
    const { reply } = this;
    this.reply = undefined;
    if ('fault' in answer) reply?.reject(explain(Object.assign(new Error(answer.fault.message), answer.fault), this.options.path));
    else reply?.resolve(answer);
  }

  private stopped(worker: Worker, cause?: Error): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    const unavailable = new StoreUnavailable(`${this.options.path}: the writing thread stopped; the next append starts another.`, { cause });
    if (this.reply) this.reply.reject(unavailable);
    else process.emitWarning(unavailable);
    this.reply = undefined;
  }
}
