import { parentPort } from 'node:worker_threads';
import { Aggregator } from 'mingo';
import type { Pipeline } from '../ports/document-store.js';

/** Pages first, one message each, then the pipeline. */
export type Message = { page: readonly object[] } | { pipeline: Pipeline; maxDocuments: number };
export type Answer = { result: Record<string, unknown>[] } | { invalid: string } | { tooMany: true };

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
    const result = new Aggregator(pipeline as never, { scriptEnabled: false }).run<Record<string, unknown>>(documents as never);
    return result.length > maxDocuments ? { tooMany: true } : { result };
  } catch (error) {
    return { invalid: (error as Error).message };
  }
}
