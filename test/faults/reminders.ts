import { withContext } from '#event-sourcing';
import { RegisterCustomer } from '../../libs/customers/commands/lifecycle.js';
import { customers } from '../../libs/customers/context.js';
import { delivery } from '../../libs/delivery/context.js';
import { RecordInteraction } from '../../libs/interactions/commands/record.js';
import { interactions } from '../../libs/interactions/context.js';
import { actingEngine } from './acting-engine.js';

/**
 * A process made to be killed: it records talks whose follow-ups are overdue, so that a process reminds of each of them
 * by mail, and tells on stdout which it has recorded. Arguments: the folder, the address of a mail server, from which
 * talk on, and how many at the most.
 */
async function main(folder: string, smtp: string, from: number, count: number): Promise<void> {
  const { engine, finish } = await actingEngine(folder, [customers, interactions, delivery], { smtp });
  process.stdout.write('ready\n');
  for (let number = from; number < from + count; number++) {
    const [customerId, interactionId] = [`customer-${number % 5}`, `talk-${number}`];
    const send = (command: object, key: string) => engine.commands.execute(withContext(command, { commandId: key }));
    if (number < 5) await send(Object.assign(new RegisterCustomer(), { customerId, kind: 'person', name: `Customer ${number}` }), `customer/${number}`);
    await send(Object.assign(new RecordInteraction(), { interactionId, customerId, channel: 'phone', direction: 'inbound', summary: 'Asked for an offer', followUpOn: '2026-01-05' }), `talk/${number}`);
    process.stdout.write(`${number}\n`);
  }
  await finish();
  process.stdout.write('done\n');
}

const [folder, smtp, from, count] = process.argv.slice(2) as [string, string, string, string];
await main(folder, smtp, Number(from), Number(count));
