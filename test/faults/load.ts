import { plainToInstance } from 'class-transformer';
import { withContext, type CommandResult, type Engine } from '#event-sourcing';
import { loadConfiguration, openEngine } from '#composition';

/**
 * A process under load, made to be killed: it sends commands as fast as it can and tells each acknowledgement in a line
 * on stdout. Command number n is always the same, so that another process can send it again.
 */

export interface Acknowledged extends CommandResult {
  number: number;
}

const CUSTOMERS = 40;
const IN_FLIGHT = 64;

async function main(from: number): Promise<void> {
  const { engine } = await openEngine(loadConfiguration(process.env));
  process.stdout.write('ready\n');
  let next = from;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (;;) await send(engine, next++);
    }),
  );
}

async function send(engine: Engine, number: number): Promise<void> {
  const result = await engine.commands.execute(withContext(commandNumber(engine, number), { commandId: `load/${number}`, actor: 'load' }));
  process.stdout.write(`${JSON.stringify({ number, ...result })}\n`);
}

function commandNumber(engine: Engine, number: number): object {
  const customerId = `c${number % CUSTOMERS}`;
  const kinds: [string, object][] = [
    ['RecordPurchase', { purchaseId: `p${number}`, customerId, amount: { amount: number, currency: 'EUR' }, occurredAt: day(number) }],
    ['RecordInteraction', { interactionId: `i${number}`, customerId, channel: 'phone', direction: 'inbound', summary: `Call ${number}` }],
    ['RenameCustomer', { customerId, name: `Customer ${number}` }],
  ];
  const first: [string, object] = ['RegisterCustomer', { customerId, kind: 'person', name: `Customer ${number}` }];
  const [name, fields] = number < CUSTOMERS ? first : kinds[number % kinds.length]!;
  return plainToInstance(engine.commands.byName(name)!.command as new () => object, fields);
}

function day(number: number): string {
  return new Date(Date.UTC(2025, 0, 1 + (number % 300))).toISOString();
}

await main(Number(process.argv[2]));
