import { closeSync, fsyncSync, openSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { Gate } from '../threads.js';
import { openForReading } from './files.js';

const { from, to, gate } = workerData as { from: string; to: string; gate: SharedArrayBuffer };

new Gate(gate).pass(() => {
  const database = openForReading(from);
  database.prepare('VACUUM INTO ?').run(to);
  database.close();

  const copy = openSync(to, 'r+');
  fsyncSync(copy);
  closeSync(copy);
});
