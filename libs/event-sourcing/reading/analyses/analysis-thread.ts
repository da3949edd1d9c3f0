import { once } from 'node:events';
import { clearTimeout, setTimeout } from 'node:timers';
import { Worker } from 'node:worker_threads';
import type { Findings } from '../../modelling/analysis.js';
import type { Question, Reply } from './analysis.worker.js';

/** A thread takes a quarter of a second to start, and who explains a row asks dozens of questions, one after the other. */
const IDLE_MS = 5_000;

/** A thread that starts with the first question and ends when none has come for a while; it keeps no process alive. */
export class AnalysisThread {
  private worker: Worker | undefined;
  /** What the thread has of the question before. */
  private held: Question['inputs'];
  private ending: NodeJS.Timeout | undefined;

  /** One question at a time. @throws Error with what the analysis threw */
  async ask({ inputs, ...question }: Question & Required<Pick<Question, 'inputs'>>): Promise<Findings> {
    clearTimeout(this.ending);
    const worker = (this.worker ??= new Worker(new URL('./analysis.worker.js', import.meta.url)));
    worker.ref();
    const reply = await this.replyOf(worker, { ...question, ...(inputs !== this.held && { inputs }) });
    this.held = inputs;
    worker.unref();
    this.ending = setTimeout(() => void this.end(worker), IDLE_MS).unref();
    if ('found' in reply) return reply.found;
    throw new Error(reply.failed);
  }

  private async replyOf(worker: Worker, question: Question): Promise<Reply> {
    try {
      worker.postMessage(question);
      const [reply] = (await once(worker, 'message')) as [Reply];
      return reply;
    } catch (error) {
      await this.end(worker);
      throw error;
    }
  }

  private async end(worker: Worker): Promise<void> {
    this.worker = this.held = undefined;
    await worker.terminate();
  }
}
