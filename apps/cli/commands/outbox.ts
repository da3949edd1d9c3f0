import { Option, type Command } from 'commander';
import { wholeNumber } from '../invocation.js';
import { rowsTable } from '../terminal/output.js';
import { usingProcesses } from './processes.js';

const DEFAULT_LIMIT = 50;

export function addOutbox(program: Command): void {
  const outbox = program.command('outbox').description('mails and web hooks: what was delivered, what waits, what was given up');
  outbox
    .command('list', { isDefault: true })
    .description('the last ones first')
    .addOption(new Option('--status <status>', 'only these').choices(['queued', 'delivered', 'dead']))
    .option('--limit <count>', 'at most so many', wholeNumber(1), DEFAULT_LIMIT)
    .action(({ status, limit }: { status?: string; limit: number }, command: Command) => usingProcesses(command, async (access, { output }) => {
      const messages = await access.outbox(status, limit);
      await output.answer(messages, () => (messages.length === 0 ? 'There are no such messages.' : rowsTable(messages)));
    }));
  outbox
    .command('retry')
    .description('has a message tried again that was given up')
    .argument('<message>', 'its id')
    .action((messageId: string, _options: object, command: Command) => usingProcesses(command, async (access, { output }) => {
      await access.retryMessage(messageId);
      await output.answer({ messageId, retried: true }, () => `${messageId} is tried again, at once where a server runs.`);
    }));
}
