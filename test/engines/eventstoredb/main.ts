import { parseArgs } from 'node:util';
import type { FaultSettings } from './faults.js';
import { TestEventStoreDb } from './server.js';

/** node dist/test/engines/eventstoredb/main.js [--port 2113] [--file log.jsonl]: prints the port that it listens on. */

export type Order = { set: FaultSettings } | { dropSubscriptions: true };

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, file: { type: 'string' } } });
const server = await TestEventStoreDb.start({ port: Number(values.port), ...(values.file !== undefined && { file: values.file }) });

process.on('message', (order: Order) => {
  if ('set' in order) Object.assign(server.faults, order.set);
  else server.dropSubscriptions();
  process.send!('done');
});
process.on('SIGTERM', () => {
  server.stop();
  process.exit(0);
});
process.stdout.write(`${server.port}\n`);
