import { randomUUID } from 'node:crypto';
import { DataFolder } from '../data-folder.js';
import { SqliteEventStore } from './sqlite-event-store.js';

// A program for tests: appends to the store in the folder given and writes a line for each answer, until it is killed or
// has answered as many appends as are allowed.
const [path, allowed = 'Infinity'] = process.argv.slice(2);
const folder = await DataFolder.open(path!);
const store = await SqliteEventStore.open({ folder, segmentSize: 50 });
const metadata = { commandId: 'c', correlationId: 'k', actor: 'tester', source: 'test' };
let answered = 0;

async function appendForEver(lane: number): Promise<void> {
  for (let batch = 0; ; batch++) {
    const ids = Array.from({ length: 1 + (batch % 4) }, () => randomUUID());
    const stream = `customer-${lane}-${batch % 7}`;
    const data = { batch: `${lane}/${batch}`, of: ids.length };
    const events = ids.map((id) => ({ id, type: 'Happened', schemaVersion: 1, occurredAt: '2026-01-05T12:00:00.000Z', data, metadata }));
    const { revision, position } = await store.append(stream, 'any', events);
    if (++answered === Number(allowed)) process.exit();
    process.stdout.write(`${JSON.stringify({ stream, ids, revision, position })}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, (_, lane) => appendForEver(lane)));
