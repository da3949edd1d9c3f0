import { mkdirSync } from 'node:fs';
import { openDelivery, openStores } from '#composition';
import { Engine, withContext } from '#event-sourcing';
import { personIdsIn, withSealing } from '#privacy';
import { RegisterCustomer } from '../../libs/customers/commands/lifecycle.js';
import { customers } from '../../libs/customers/context.js';
import { delivery } from '../../libs/delivery/context.js';
import { RecordInteraction } from '../../libs/interactions/commands/record.js';
import { interactions } from '../../libs/interactions/context.js';

/**
 * A process made to be killed: it records talks whose follow-ups are overdue, so that a process reminds of each of them
 * by mail, and tells on stdout which it has recorded. Arguments: the folder, the address of a mail server, from which
 * talk on, and how many at the most.
 */
async function main(folder: string, smtp: string, from: number, count: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const stores = await openStores({ data: folder, eventStore: 'embedded', documentStore: 'embedded' });
  const engine = new Engine({
    contexts: [customers, interactions, delivery], events: stores.events, documents: stores.documents,
    protect: (log, types) => withSealing(log, stores.keys, types), processes: { personsIn: personIdsIn },
  });
  await engine.start();
  await engine.processes.start();
  const outbox = openDelivery(engine, { from: 'Guanxi <guanxi@firm.example>', smtp });
  outbox.start();
  process.stdout.write('ready\n');
  for (let number = from; number < from + count; number++) {
    const [customerId, interactionId] = [`customer-${number % 5}`, `talk-${number}`];
    const send = (command: object, key: string) => engine.commands.execute(withContext(command, { commandId: key }));
    if (number < 5) await send(Object.assign(new RegisterCustomer(), { customerId, kind: 'person', name: `Customer ${number}` }), `customer/${number}`);
    await send(Object.assign(new RecordInteraction(), { interactionId, customerId, channel: 'phone', direction: 'inbound', summary: 'Asked for an offer', followUpOn: '2026-01-05' }), `talk/${number}`);
    process.stdout.write(`${number}\n`);
  }
  // Until nothing is left to be done.
  for (let last = -1, head = await engine.events.head(); head !== last; head = await engine.events.head()) {
    last = head;
    await engine.processes.settled();
    await outbox.settled();
  }
  await outbox.stop();
  await engine.stop();
  await stores.close();
  process.stdout.write('done\n');
}

const [folder, smtp, from, count] = process.argv.slice(2) as [string, string, string, string];
await main(folder, smtp, Number(from), Number(count));
