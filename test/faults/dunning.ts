import { join } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { withContext } from '#event-sourcing';
import { customers } from '../../libs/customers/context.js';
import { delivery } from '../../libs/delivery/context.js';
import { purchases } from '../../libs/purchases/context.js';
import { sales } from '../../libs/sales/context.js';
import { actingEngine } from './acting-engine.js';

const LEVELS = [{ afterDays: 7, tone: 'friendly' }, { afterDays: 21, tone: 'firm' }, { afterDays: 42, tone: 'last' }];
/** Every third contract is paid as soon as it is signed. */
const PAID_EVERY = 3;

/**
 * A process made to be killed: it signs contracts whose instalment was due long ago, so that each is dunned by every level
 * of the policy at once, pays some of them, and tells on stdout which it has signed. Arguments: the folder, from which
 * contract on, and how many at the most.
 */
async function main(folder: string, from: number, count: number): Promise<void> {
  const { engine, finish } = await actingEngine(folder, [customers, purchases, sales, delivery], { folder: join(folder, 'outbox') });
  const send = (name: string, fields: object, key: string) => engine.commands.execute(withContext(plainToInstance(engine.commands.byName(name)!.command as new () => object, fields), { commandId: key }));
  await send('PublishDunningPolicy', { dunningpolicyId: 'default', levels: LEVELS }, 'policy');
  for (let number = from; number < from + count; number++) {
    const [customerId, contractId] = [`customer-${number % 5}`, `contract-${number}`];
    const value = { amount: 10_000 + number, currency: 'EUR' };
    if (number < 5) await send('RegisterCustomer', { customerId, kind: 'person', name: `Customer ${number}` }, `customer/${number}`);
    await send('DraftContract', { contractId, customerId, value }, `draft/${number}`);
    await send('SignContract', { contractId, dueOn: '2020-01-06' }, `sign/${number}`);
    if (number % PAID_EVERY === 0) await send('ReceivePayment', { contractId, paymentId: `payment-${number}`, amount: value }, `pay/${number}`);
    process.stdout.write(`${number}\n`);
  }
  await finish();
}

const [folder, from, count] = process.argv.slice(2) as [string, string, string];
await main(folder, Number(from), Number(count));
