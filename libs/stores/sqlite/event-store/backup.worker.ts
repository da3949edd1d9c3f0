import { closeSync, fsyncSync, openSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { openForReading } from './events-file.js';

const { from, to } = workerData as { from: string; to: string };

const database = openForReading(from);
database.prepare('VACUUM INTO ?').run(to);
database.close();

const copy = openSync(to, 'r+');
fsyncSync(copy);
closeSync(copy);
