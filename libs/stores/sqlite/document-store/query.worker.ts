import { parentPort, workerData } from 'node:worker_threads';
import { openForReading } from './database.js';
import { DocumentReader, type Query } from './reader.js';

/** What a worker answers to a query. Before the first query it says once that it is ready. */
export type Answer = { result: unknown } | { error: Failure };

/** An error in parts: classes do not survive the way between threads. */
export interface Failure {
  name: string;
  message: string;
  stack: string;
  code?: string;
}

const { file } = workerData as { file: string };
const reader = new DocumentReader(openForReading(file), file);

parentPort!.on('message', (query: Query) => parentPort!.postMessage(answerTo(query)));
parentPort!.postMessage('ready');

function answerTo(query: Query): Answer {
  try {
    return { result: reader.answer(query) };
  } catch (error) {
    const { name, message, stack, code } = error as Failure;
    return { error: { name, message, stack, ...(code && { code }) } };
  }
}
