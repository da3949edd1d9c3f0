import { plainToInstance } from 'class-transformer';
import { withContext, type CommandResult, type Engine } from '#event-sourcing';
import { loadConfiguration, openEngine } from '#composition';
import { numberedCommand } from './numbered-command.js';

/**
 * A process under load, made to be killed: it sends commands as fast as it can and tells each acknowledgement in a line
 * on stdout. Command number n is always the same, so that another process can send it again.
 */

export interface Acknowledged extends CommandResult {
  number: number;
}

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
  const result = await engine.commands.execute(withContext(commandOf(engine, number), { commandId: `load/${number}`, actor: 'load' }));
  process.stdout.write(`${JSON.stringify({ number, ...result })}\n`);
}

function commandOf(engine: Engine, number: number): object {
  const [name, fields] = numberedCommand(number);
  return plainToInstance(engine.commands.byName(name)!.command as new () => object, fields);
}

await main(Number(process.argv[2]));
