import { parentPort } from 'node:worker_threads';
import { InvalidQuery, QueryTooExpensive, type Pipeline } from '../ports/document-store.js';
import { aggregate, evaluating } from './evaluation.js';

/** Pages first, one message each, then the pipeline. */
export type Message = { page: readonly object[] } | { pipeline: Pipeline; maxDocuments: number };
export type Answer = { result: Record<string, unknown>[] } | { invalid: string } | { tooExpensive: string };

let documents: object[] = [];

parentPort!.on('message', (message: Message) => {
  if ('page' in message) for (const document of message.page) documents.push(document);
  else {
    parentPort!.postMessage(aggregated(message.pipeline, message.maxDocuments));
    documents = [];
  }
});

function aggregated(pipeline: Pipeline, maxDocuments: number): Answer {
  try {
    return { result: evaluating(() => aggregate(documents, pipeline, { maxDocuments })) };
  } catch (error) {
    if (error instanceof InvalidQuery) return { invalid: error.message };
    if (error instanceof QueryTooExpensive) return { tooExpensive: error.message };
    throw error;
  }
}
