import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { InvalidQuery, QueryTooExpensive, StoreUnavailable } from '#event-sourcing';
import { UnusableDatabase } from './database.js';
import { named } from './naming.js';
import type { Answer, Failure } from './query.process.js';
import type { Query } from './reader.js';

const MODULE = fileURLToPath(new URL('./query.process.js', import.meta.url));
const AT_MOST = 2;
const HEAP_MB = 1024;
const LAST_WORDS = 4_000;

interface Waiting {
  resolve: (process: QueryProcess | Promise<QueryProcess>) => void;
  reject: (error: Error) => void;
}

/**
 * Processes that answer queries, one at a time each, so that a long query neither holds up this process nor outlives its
 * time. They start when they are needed and stay; one that ran out of time or memory is replaced. Threads would not do:
 * a thread that is ended inside a call into SQLite, or runs out of memory there, takes the whole process with it.
 */
export class QueryProcesses {
  private readonly processes = new Set<QueryProcess>();
  private readonly idle: QueryProcess[] = [];
  private readonly waiting: Waiting[] = [];
  private isClosed = false;

  /** @param heapMb memory that a process may take for documents and results. */
  constructor(
    private readonly file: string,
    private readonly heapMb = HEAP_MB,
  ) {}

  /**
   * @param timeoutMs for the query itself; it may wait for a process before.
   * @throws QueryTooExpensive it took longer, or needed more memory than a process has.
   */
  async run(query: Query, timeoutMs: number): Promise<unknown> {
    const plain = asPlainData(query);
    const process = await this.acquire();
    let answer: Answer;
    try {
      answer = (await process.ask(plain, timeoutMs)) as Answer;
    } catch (error) {
      this.discard(process);
      throw this.isClosed ? this.closed() : error;
    }
    this.release(process);
    if ('result' in answer) return answer.result;
    throw named(restored(answer.error), this.file);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const { reject } of this.waiting.splice(0)) reject(this.closed());
    await Promise.all([...this.processes].map((process) => process.end()));
  }

  private async acquire(): Promise<QueryProcess> {
    if (this.isClosed) throw this.closed();
    const process = this.idle.pop();
    if (process) return process;
    if (this.processes.size < AT_MOST) return this.start();
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  private async start(): Promise<QueryProcess> {
    const process = new QueryProcess(this.file, this.heapMb);
    this.processes.add(process);
    try {
      await process.started();
    } catch (error) {
      this.discard(process);
      throw this.isClosed ? this.closed() : error;
    }
    // One that ends while it is idle is only taken out; one that is asked something also fails its query.
    process.onEnd(() => this.remove(process));
    return process;
  }

  private release(process: QueryProcess): void {
    const next = this.waiting.shift();
    if (next) next.resolve(process);
    else this.idle.push(process);
  }

  private discard(process: QueryProcess): void {
    this.remove(process);
    void process.end();
    const next = this.waiting.shift();
    if (next) next.resolve(this.start());
  }

  private remove(process: QueryProcess): void {
    this.processes.delete(process);
    const place = this.idle.indexOf(process);
    if (place >= 0) this.idle.splice(place, 1);
  }

  private closed(): Error {
    return new StoreUnavailable(`${this.file} is closed.`);
  }
}

/** One of them. Only while it is waited for does it keep this process alive. */
class QueryProcess {
  private readonly child: ChildProcess;
  private lastWords = '';

  constructor(
    private readonly file: string,
    private readonly heapMb: number,
  ) {
    const execArgv = [`--max-old-space-size=${heapMb}`];
    this.child = fork(MODULE, [file], { execArgv, serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    // Told to whoever waits for an answer.
    this.child.on('error', (error) => (this.lastWords += error.message));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.lastWords = (this.lastWords + text).slice(-LAST_WORDS)));
    this.holdOff();
  }

  async started(): Promise<void> {
    await this.reply();
  }

  ask(query: Query, timeoutMs: number): Promise<unknown> {
    this.child.send(query);
    return this.reply(timeoutMs);
  }

  onEnd(then: () => void): void {
    this.child.once('exit', then);
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.ref();
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  private async reply(timeoutMs?: number): Promise<unknown> {
    const over = new AbortController();
    const { signal } = over;
    const ends = [
      once(this.child, 'message', { signal }).then(([message]: unknown[]) => message),
      // When it has closed, what it said is known too.
      once(this.child, 'close', { signal }).then(() => Promise.reject(this.ended())),
    ];
    if (timeoutMs !== undefined) ends.push(delay(timeoutMs, undefined, { signal }).then(() => Promise.reject(tookTooLong(timeoutMs))));
    this.child.ref();
    this.child.channel?.ref();
    try {
      return await Promise.race(ends);
    } finally {
      over.abort();
      this.holdOff();
    }
  }

  private holdOff(): void {
    this.child.unref();
    this.child.channel?.unref();
    (this.child.stderr as unknown as { unref(): void }).unref();
  }

  private ended(): Error {
    if (/heap out of memory|heap limit/i.test(this.lastWords)) return tookTooMuch(this.heapMb);
    const how = this.child.signalCode ?? this.child.exitCode;
    return new StoreUnavailable(`${this.file}: the process that answers queries ended with ${how}. ${this.lastWords.trim()}`);
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

const tookTooMuch = (heapMb: number) =>
  new QueryTooExpensive(`The query needed more than ${heapMb} MB of memory. Narrow it, or keep fewer fields.`);

const KINDS = { InvalidQuery, QueryTooExpensive, UnusableDatabase };

function restored({ name, message, ...more }: Failure): Error {
  const Kind = name in KINDS ? KINDS[name as keyof typeof KINDS] : Error;
  return Object.assign(new Kind(message), more);
}
