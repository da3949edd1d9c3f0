// Threads import this: the index of the engine would bring all of it into each of them.
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { StoreUnavailable } from '../../event-sourcing/ports/event-store.js';
import { explain } from './faults.js';
import { Gate, startThread, type Thread } from './threads.js';

/** What a thread can be asked to do. */
type Callee<T> = { [K in keyof T as T[K] extends (...args: never[]) => unknown ? K : never]: T[K] };

interface Request {
  method: string;
  args: unknown[];
}

/** What is said of an error: error objects of SQLite do not cross between threads whole. */
interface Fault {
  message: string;
  code?: string;
}

type Answer = { result: unknown } | { fault: Fault };

interface Reply {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

const CLOSE = 'close';

/** Calls of an object that lives in a thread of its own, answered in their order. The thread starts with the first. */
export class ThreadCalls<T extends { close(): void }> {
  private thread: Thread | undefined;
  private replies: Reply[] = [];

  /** @param file what the object works with; the thread gets it as `file` in its data. */
  constructor(
    private readonly worker: URL,
    private readonly file: string,
  ) {}

  /** @throws StoreUnavailable the file cannot be used, or the thread stopped; the outcome may be unknown then. */
  call<K extends keyof Callee<T> & string>(method: K, ...args: T[K] extends (...args: infer A) => unknown ? A : never): Promise<T[K] extends (...args: never[]) => infer R ? R : never> {
    this.thread ??= this.start();
    const { worker } = this.thread;
    worker.postMessage({ method, args } satisfies Request);
    // The process stays alive for an answer and not for an idle thread.
    worker.ref();
    return new Promise((resolve, reject) => this.replies.push({ resolve, reject }));
  }

  /** What was asked for is done before. */
  async close(): Promise<void> {
    if (!this.thread) return;
    const { worker } = this.thread;
    worker.ref();
    worker.postMessage({ method: CLOSE, args: [] } satisfies Request);
    await once(worker, 'exit');
  }

  private start(): Thread {
    const thread = startThread(this.worker, { file: this.file });
    thread.worker.on('message', (answer: Answer) => this.answered(thread, answer));
    thread.worker.on('error', (error) => this.stopped(thread, error));
    thread.worker.on('exit', () => this.stopped(thread));
    return thread;
  }

  private answered({ worker }: Thread, answer: Answer): void {
    const reply = this.replies.shift();
    if (this.replies.length === 0) worker.unref();
    if ('result' in answer) reply?.resolve(answer.result as never);
    else reply?.reject(explain(Object.assign(new Error(answer.fault.message), answer.fault), this.file));
  }

  private stopped(thread: Thread, cause?: Error): void {
    if (this.thread !== thread) return;
    this.thread = undefined;
    const error = new StoreUnavailable(`${this.file}: its thread stopped${cause ? ` (${cause.message})` : ''}; the next call starts another.`, { cause });
    for (const { reject } of this.replies) reject(error);
    if (cause && this.replies.length === 0) process.emitWarning(error.message);
    this.replies = [];
  }
}

/** In the thread: answers the calls of an object until it is closed. */
export function answerCalls<T extends { close(): void }>(open: (file: string) => T): void {
  const { file, gate: shared } = workerData as { file: string; gate: SharedArrayBuffer };
  const gate = new Gate(shared);
  const port = parentPort!;
  let callee: T | undefined;

  port.on('message', (request: Request) => gate.pass(() => (request.method === CLOSE ? close() : port.postMessage(answer(request)))));

  function answer({ method, args }: Request): Answer {
    try {
      callee ??= open(file);
      return { result: (callee as unknown as Record<string, (...args: unknown[]) => unknown>)[method]!(...args) };
    } catch (error) {
      const { message, code } = error as Fault;
      return { fault: { message, ...(code !== undefined && { code }) } };
    }
  }

  function close(): void {
    callee?.close();
    port.close();
  }
}
