import { plainToInstance } from 'class-transformer';
import { Engine, withContext, type CommandResult } from '#event-sourcing';
import { withSealing } from '#privacy';
import { openStores } from '../../libs/composition/stores.js';
import { customers } from '../../libs/customers/context.js';
import { interactions } from '../../libs/interactions/context.js';
import { loyalty } from '../../libs/loyalty/context.js';
import { overview } from '../../libs/overview/context.js';
import { purchases } from '../../libs/purchases/context.js';
import { numberedCommand } from './numbered-command.js';

/**
 * A process under load, made to be killed: it sends commands as fast as it can and tells each acknowledgement in a line
 * on stdout. Command number n is always the same, so that another process can send it again. It has the contexts whose
 * views change with such commands, and no others: it is started a hundred times.
 */

export interface Acknowledged extends CommandResult {
  number: number;
}

const IN_FLIGHT = 64;

async function main(data: string, from: number): Promise<void> {
  const { events, documents, keys } = await openStores({ data, eventStore: 'embedded', documentStore: 'embedded' });
  const engine = new Engine({
    contexts: [customers, interactions, purchases, loyalty, overview], events, documents, protect: (log, types) => withSealing(log, keys, types),
  });
  await engine.start();
  process.stdout.write('ready\n');
  let next = from;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (;;) await send(engine, next++);
    }),
  );
}

async function send(engine: Engine, number: number): Promise<void> {
  const result = await engine.commands.execute(withContext(commandOf(engine, number), { commandId: `load/${number}`, actor: 'load' }));
  process.stdout.write(`${JSON.stringify({ number, ...result })}\n`);
}

function commandOf(engine: Engine, number: number): object {
  const [name, fields] = numberedCommand(number);
  return plainToInstance(engine.commands.byName(name)!.command as new () => object, fields);
}

const [data, from] = process.argv.slice(2) as [string, string];
await main(data, Number(from));
