import { once } from 'node:events';
import { StoreUnavailable } from '#event-sourcing';
import { explain } from '../faults.js';
import { startThread, type Thread } from '../threads.js';
import type { EventColumns, WriterAnswer, WriterOptions, WriterRequest } from './writer.worker.js';

interface Reply {
  resolve: (answer: { indexedTo: number }) => void;
  reject: (error: Error) => void;
}

/** The thread that owns the connection for writing. One request at a time. */
export class Writer {
  private thread: Thread | undefined;
  private reply: Reply | undefined;

  constructor(private readonly options: Omit<WriterOptions, 'mayReplaceIndex'>) {}

  get running(): boolean {
    return this.thread !== undefined;
  }

  /**
   * Starts the thread and opens the files.
   * @param mayReplaceIndex no reader has the index open yet.
   * @throws Error why the files cannot be opened, and what to do.
   */
  async start({ mayReplaceIndex } = { mayReplaceIndex: false }): Promise<void> {
    const options: WriterOptions = { ...this.options, mayReplaceIndex };
    const thread = startThread(new URL('./writer.worker.js', import.meta.url), options);
    this.thread = thread;
    thread.worker.on('message', (answer: WriterAnswer) => this.answered(answer));
    thread.worker.on('error', (error) => this.stopped(thread, error));
    thread.worker.on('exit', () => this.stopped(thread));
    try {
      await this.answer();
    } catch (error) {
      // It ends by itself, since it listens to nothing.
      this.thread = undefined;
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
    if (!this.thread) return;
    const { worker } = this.thread;
    this.thread = undefined;
    worker.ref();
    worker.postMessage('close' satisfies WriterRequest);
    await once(worker, 'exit');
  }

  private request(request: WriterRequest): Promise<{ indexedTo: number }> {
    if (!this.thread) return Promise.reject(new StoreUnavailable(`${this.options.eventsFile}: the writing thread does not run.`));
    this.thread.worker.postMessage(request);
    return this.answer();
  }

  /** The process stays alive for an answer and not for an idle thread. */
  private answer(): Promise<{ indexedTo: number }> {
    this.thread?.worker.ref();
    return new Promise((resolve, reject) => (this.reply = { resolve, reject }));
  }

  private answered(answer: WriterAnswer): void {
    this.thread?.worker.unref();
    const { reply } = this;
    this.reply = undefined;
    if ('fault' in answer) reply?.reject(explain(Object.assign(new Error(answer.fault.message), answer.fault), this.options.eventsFile));
    else reply?.resolve(answer);
  }

  private stopped(thread: Thread, cause?: Error): void {
    if (this.thread !== thread) return;
    this.thread = undefined;
    const message = `${this.options.eventsFile}: the writing thread stopped${cause ? ` (${cause.message})` : ''}; the next append starts another.`;
    if (this.reply) this.reply.reject(new StoreUnavailable(message, { cause }));
    else process.emitWarning(message);
    this.reply = undefined;
  }
}
