import { type Command } from 'commander';
import { openRightsAccess } from '../access/rights-access.js';
import { usingAccess } from '../invocation.js';

const using = usingAccess(openRightsAccess);

export function addDuplicates(program: Command): void {
  const duplicates = program.command('duplicates').description('customers that may be one; guanxi views duplicate_candidates lists them');
  duplicates
    .command('find')
    .description('compares all customers by e-mail, telephone and name, and records which may be the same')
    .action((_options: object, command: Command) => using(command, async (access, { output }) => {
      const { compared, found, suspected } = await access.findDuplicates();
      await output.answer({ compared, found, suspected }, () => `${compared} customers were compared: ${found} pairs look alike, ${suspected} of them on grounds that are new.`);
    }));
  duplicates
    .command('dismiss')
    .description('says that the two are two')
    .argument('<id>', 'duplicateId of the pair')
    .requiredOption('--reason <text>', 'how that is known')
    .action((duplicateId: string, { reason }: { reason: string }, command: Command) => sending(command, 'DismissDuplicate', { duplicateId, reason }));
  duplicates
    .command('confirm')
    .description('says that the two are one: merges a customer into another; UnmergeCustomers takes it back')
    .argument('<customer>', 'whose record is set aside')
    .requiredOption('--into <customer>', 'who stays')
    .requiredOption('--reason <text>', 'how that is known')
    .action((customerId: string, { into, reason }: { into: string; reason: string }, command: Command) => sending(command, 'MergeCustomers', { customerId, intoCustomerId: into, reason }));
}

function sending(command: Command, name: string, fields: object): Promise<void> {
  return using(command, async (access, { output }) => {
    const { events, position } = await access.send(name, fields);
    await output.answer({ events, position }, () => (events > 0 ? 'It is recorded.' : 'Nothing changed: that was recorded before.'));
  });
}

