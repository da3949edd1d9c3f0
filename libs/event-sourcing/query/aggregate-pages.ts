import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { InvalidQuery, QueryTooExpensive, type Pipeline } from '../ports/document-store.js';
import { InTurn } from '../writing/in-turn.js';
import { checkPipeline } from './language.js';
import type { Answer, Message } from './aggregate-pages.worker.js';

export interface AggregateLimits {
  /** For all of it, reading included. */
  timeoutMs: number;
  maxDocuments: number;
}

const AT_ONCE = 2;
const MAX_HEAP_MB = 512;

const turns = new InTurn();
/** Threads that have done well wait here for the next question; they keep no process alive. */
const idle: Worker[] = [];
let asked = 0;

/**
 * Aggregates documents that exist only while they are asked for. In a thread of its own: a long pipeline neither holds
 * up the process nor outlives its time, and one that needs too much memory takes nobody with it.
 * @throws InvalidQuery @throws QueryTooExpensive
 */
export async function aggregatePages(pages: AsyncIterable<readonly object[]>, pipeline: Pipeline, limits: AggregateLimits): Promise<Record<string, unknown>[]> {
  checkPipeline(pipeline);
  return turns.run(String(asked++ % AT_ONCE), () => inThread(pages, pipeline, limits));
}

async function inThread(pages: AsyncIterable<readonly object[]>, pipeline: Pipeline, { timeoutMs, maxDocuments }: AggregateLimits): Promise<Record<string, unknown>[]> {
  const worker = idle.pop() ?? newWorker();
  worker.ref();
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), timeoutMs);
  let answer: Answer;
  try {
    const answered = once(worker, 'message', { signal: over.signal }) as Promise<[Answer]>;
    [[answer]] = await Promise.all([answered, send(worker, pages, { pipeline, maxDocuments }, over.signal)]);
  } catch (error) {
    await worker.terminate();
    throw explained(error, over.signal.aborted, timeoutMs);
  } finally {
    clearTimeout(timer);
  }
  worker.unref();
  idle.push(worker);
  return resultOf(answer);
}

function newWorker(): Worker {
  const worker = new Worker(new URL('./aggregate-pages.worker.js', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
  // Who asks hears of it as well; without a question there is nobody whom it could harm.
  worker.on('error', () => idle.includes(worker) && idle.splice(idle.indexOf(worker), 1));
  return worker;
}

function explained(error: unknown, isLate: boolean, timeoutMs: number): unknown {
  if (isLate) return new QueryTooExpensive(`The aggregation took more than the ${timeoutMs} ms allowed. Filter by stored fields or group less.`, { cause: error });
  if ((error as { code?: string }).code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new QueryTooExpensive(`The aggregation needed more than ${MAX_HEAP_MB} MB. Keep fewer fields.`, { cause: error });
}

async function send(worker: Worker, pages: AsyncIterable<readonly object[]>, question: Message, over: AbortSignal): Promise<void> {
  for await (const page of pages) {
    over.throwIfAborted();
    worker.postMessage({ page } satisfies Message);
  }
  worker.postMessage(question);
}

function resultOf(answer: Answer): Record<string, unknown>[] {
  if ('result' in answer) return answer.result;
  if ('invalid' in answer) throw new InvalidQuery(answer.invalid);
  throw new QueryTooExpensive(answer.tooExpensive);
}
