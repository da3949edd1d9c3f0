import { once } from 'node:events';
import { clearTimeout, setTimeout } from 'node:timers';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Findings, Inputs, Sources } from '../../modelling/analysis.js';
import type { Question, Reply, SomeRows } from './analysis.worker.js';

/** A thread takes a quarter of a second to start, and who explains a row asks dozens of questions, one after the other. */
const IDLE_MS = 5_000;
/** Rows of one message: few enough that nobody waits while they are written. */
const ROWS_AT_ONCE = 200;

/** A thread that starts with the first question and ends when none has come for a while; it keeps no process alive. */
export class AnalysisThread {
  private worker: Worker | undefined;
  /** What the thread has of the question before. */
  private held: Inputs<Sources> | undefined;
  private ending: NodeJS.Timeout | undefined;

  /** One question at a time. @throws Error with what the analysis threw, or that the thread ended before it answered */
  async ask(inputs: Inputs<Sources>, question: Omit<Question, 'isOfSentRows'>): Promise<Findings> {
    clearTimeout(this.ending);
    const worker = (this.worker ??= this.begun());
    worker.ref();
    const reply = await this.replyOf(worker, inputs, question);
    worker.unref();
    this.ending = setTimeout(() => void this.end(worker), IDLE_MS).unref();
    if ('found' in reply) return reply.found;
    throw new Error(reply.failed);
  }

  private begun(): Worker {
    const worker = new Worker(new URL('./analysis.worker.js', import.meta.url));
    // It may end while nobody asks; whoever asks then needs another.
    return worker.once('exit', () => this.forget(worker)).on('error', () => this.forget(worker));
  }

  private async replyOf(worker: Worker, inputs: Inputs<Sources>, question: Omit<Question, 'isOfSentRows'>): Promise<Reply> {
    const listening = new AbortController();
    const { signal } = listening;
    try {
      // Both reject where the thread breaks down.
      const answered = once(worker, 'message', { signal }).then(([reply]) => reply as Reply);
      const ended = once(worker, 'exit', { signal }).then(([code]): never => {
        throw new Error(`The thread of analysis ${question.name} ended, with code ${String(code)}, before it had answered.`);
      });
      return await Promise.race([answered, ended, this.put(worker, inputs, question)]);
    } catch (error) {
      await this.end(worker);
      throw error;
    } finally {
      listening.abort();
    }
  }

  /** Rows go as text, which is twice as fast as objects, and piece by piece: the thread reads one while the next is written. */
  private async put(worker: Worker, inputs: Inputs<Sources>, question: Omit<Question, 'isOfSentRows'>): Promise<never> {
    const isOfSentRows = inputs !== this.held;
    this.held = undefined;
    for (const [source, rows] of isOfSentRows ? Object.entries(inputs) : []) {
      for (let next = 0; next === 0 || next < rows.length; next += ROWS_AT_ONCE) {
        worker.postMessage({ source, rows: JSON.stringify(rows.slice(next, next + ROWS_AT_ONCE)) } satisfies SomeRows);
        await setImmediate();
      }
    }
    if (this.worker === worker) this.held = inputs;
    worker.postMessage({ ...question, isOfSentRows } satisfies Question);
    return new Promise<never>(() => undefined);
  }

  private async end(worker: Worker): Promise<void> {
    this.forget(worker);
    await worker.terminate();
  }

  private forget(worker: Worker): void {
    if (this.worker === worker) this.worker = this.held = undefined;
  }
}
