import { openForReading } from './database.js';
import { DocumentReader, type Query } from './reader.js';

/** What a process answers to a query. Before the first query it says once that it is ready. */
export type Answer = { result: unknown } | { error: Failure };

/** An error in parts: classes do not survive the way between processes. */
export interface Failure {
  name: string;
  message: string;
  stack: string;
  code?: string;
}

const file = process.argv[2]!;
const reader = new DocumentReader(openForReading(file), file);

process.on('message', (query: Query) => process.send!(answerTo(query)));
// Whoever asks is gone.
process.on('disconnect', () => process.exit());
process.send!('ready');

function answerTo(query: Query): Answer {
  try {
    return { result: reader.answer(query) };
  } catch (error) {
    const { name, message, stack, code } = error as Failure;
    return { error: { name, message, stack, ...(code && { code }) } };
  }
}
