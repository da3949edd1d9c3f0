import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { InvalidQuery, QueryTooExpensive, StoreUnavailable } from '#event-sourcing';
import { UnusableDatabase } from './database.js';
import { named } from './naming.js';
import type { Answer, Failure } from './query.worker.js';
import type { Query } from './reader.js';

const MAX_WORKERS = 2;
const HEAP_MB = 1024;

interface Waiting {
  resolve: (worker: Worker | Promise<Worker>) => void;
  reject: (error: Error) => void;
}

/**
 * Threads that answer queries, one at a time each, so that a long query neither holds up the process nor outlives its
 * time. They start when they are needed and stay; one that ran out of time or memory is replaced.
 */
export class QueryWorkers {
  private readonly workers = new Set<Worker>();
  private readonly idle: Worker[] = [];
  private readonly waiting: Waiting[] = [];
  private isClosed = false;

  /** @param heapMb memory that a thread may take for documents and results. */
  constructor(
    private readonly file: string,
    private readonly heapMb = HEAP_MB,
  ) {}

  /**
   * @param timeoutMs for the query itself; it may wait for a thread before.
   * @throws QueryTooExpensive it took longer, or needed more memory than a thread has.
   */
  async run(query: Query, timeoutMs: number): Promise<unknown> {
    const plain = asPlainData(query);
    const worker = await this.acquire();
    worker.postMessage(plain);
    let answer: Answer;
    try {
      answer = (await this.reply(worker, timeoutMs)) as Answer;
    } catch (error) {
      await this.discard(worker);
      throw error;
    }
    this.release(worker);
    if ('result' in answer) return answer.result;
    throw named(restored(answer.error), this.file);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const { reject } of this.waiting.splice(0)) reject(this.closed());
    await Promise.all([...this.workers].map((worker) => worker.terminate()));
  }

  private async acquire(): Promise<Worker> {
    if (this.isClosed) throw this.closed();
    const worker = this.idle.pop();
    if (worker) return worker;
    if (this.workers.size < MAX_WORKERS) return this.start();
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  private async start(): Promise<Worker> {
    const worker = new Worker(new URL('./query.worker.js', import.meta.url), {
      workerData: { file: this.file },
      resourceLimits: { maxOldGenerationSizeMb: this.heapMb },
    });
    this.workers.add(worker);
    // An idle thread that fails is only taken out; one that is asked something also fails its query.
    worker.on('error', () => this.remove(worker));
    try {
      await this.reply(worker);
      return worker;
    } catch (error) {
      await this.discard(worker);
      throw error;
    }
  }

  private release(worker: Worker): void {
    const next = this.waiting.shift();
    if (next) next.resolve(worker);
    else this.idle.push(worker);
  }

  private async discard(worker: Worker): Promise<void> {
    this.remove(worker);
    await worker.terminate();
    const next = this.waiting.shift();
    if (next) next.resolve(this.start());
  }

  private remove(worker: Worker): void {
    this.workers.delete(worker);
    const place = this.idle.indexOf(worker);
    if (place >= 0) this.idle.splice(place, 1);
  }

  /** What the worker says next. Only while it is waited for does it keep the process alive. */
  private async reply(worker: Worker, timeoutMs?: number): Promise<unknown> {
    const over = new AbortController();
    const { signal } = over;
    const ends = [
      once(worker, 'message', { signal }).then(([message]: unknown[]) => message),
      once(worker, 'exit', { signal }).then(() => Promise.reject(this.closed())),
    ];
    if (timeoutMs !== undefined) ends.push(delay(timeoutMs, undefined, { signal }).then(() => Promise.reject(tookTooLong(timeoutMs))));
    worker.ref();
    try {
      return await Promise.race(ends);
    } catch (error) {
      throw (error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY' ? tookTooMuch(this.heapMb, error) : error;
    } finally {
      over.abort();
      worker.unref();
    }
  }

  private closed(): Error {
    return new StoreUnavailable(`${this.file} is closed.`);
  }
}

function asPlainData(query: Query): Query {
  try {
    return structuredClone(query);
  } catch (error) {
    throw new InvalidQuery(`A query must be plain data: ${(error as Error).message}`, { cause: error });
  }
}

const tookTooLong = (timeoutMs: number) =>
  new QueryTooExpensive(`The query took more than the ${timeoutMs} ms allowed. Narrow it, or give it more time.`);

const tookTooMuch = (heapMb: number, cause: unknown) =>
  new QueryTooExpensive(`The query needed more than ${heapMb} MB of memory. Narrow it, or keep fewer fields.`, { cause });

const KINDS = { InvalidQuery, QueryTooExpensive, UnusableDatabase };

function restored({ name, message, ...more }: Failure): Error {
  const Kind = name in KINDS ? KINDS[name as keyof typeof KINDS] : Error;
  return Object.assign(new Kind(message), more);
}
