import { type Command } from 'commander';
import { hashOf, keyText, newKey, type PossibleViewer } from '#access';
import { type CommandResult } from '#event-sourcing';
import { openRightsAccess, type RightsAccess, type Saw } from '../access/rights-access.js';
import { invocationOf, names, wholeNumber, type Invocation } from '../invocation.js';
import { rowsTable, table } from '../terminal/output.js';

interface PlaceOptions {
  team?: string;
  territory?: string;
  branch?: string;
}

interface IssueOptions extends PlaceOptions {
  role: string[];
  name: string;
  expires?: string;
}

const LIMIT = 100;

export function addAccess(program: Command): void {
  const access = program.command('access').description('who may do what: roles, keys; who could have seen a customer, and who saw it');
  addQuestions(access);
  addKeys(access);
  addRoles(access);
}

function addQuestions(access: Command): void {
  access
    .command('who-could-see')
    .description('everybody who could have seen a customer, by which role, in which views and analyses')
    .argument('<customer>', 'id of the customer')
    .option('--as-of <time>', 'on a day (all of it, UTC) or at a time; otherwise now')
    .action(async (customer: string, { asOf = new Date().toISOString() }: { asOf?: string }, command: Command) => {
      await using(command, async (rights, { output }) => {
        const found = await rights.couldSee(customer, asOf);
        await output.answer(found, () => (found.items.length === 0 ? 'Nobody.' : viewersTable(found.items)));
      });
    });
  access
    .command('who-saw')
    .description('everybody who was shown personal fields of a customer')
    .argument('<customer>', 'id of the customer')
    .option('--limit <number>', 'so many at most', wholeNumber(1), LIMIT)
    .action(async (customer: string, { limit }: { limit: number }, command: Command) => {
      await using(command, async (rights, { output }) => {
        const found = await rights.saw(customer, limit);
        await output.answer(found, () => sightingsText(found));
      });
    });
}

function addKeys(access: Command): void {
  access.command('keys').description('the keys that were issued').action((_options: object, command: Command) => show(command, 'keys'));
  placed(access.command('issue-key'))
    .description('makes a key for a machine and shows it once; only its hash is sent and stored')
    .requiredOption('--role <names>', 'what it may do: a role, or several with commas', names)
    .requiredOption('--name <text>', 'what it is for')
    .option('--expires <time>', 'until when it is accepted, such as 2027-01-31T00:00:00Z')
    .action(async ({ role: roles, name, expires, ...place }: IssueOptions, command: Command) => {
      const key = newKey();
      await using(command, async (rights, { output }) => {
        await rights.send('IssueKey', { accesskeyId: key.id, name, hash: hashOf(key), roles, ...place, ...(expires !== undefined && { expiresAt: expires }) });
        await output.answer({ id: key.id, key: keyText(key), name, roles }, () => `${keyText(key)}\nThis is the only time that it is shown.`);
      });
    });
  access
    .command('revoke-key')
    .description('shuts a key out within a second')
    .argument('<id>', 'what stands between the first two underscores of the key')
    .option('--reason <text>', 'why')
    .action((accesskeyId: string, options: { reason?: string }, command: Command) => send(command, 'RevokeKey', { accesskeyId, ...options }, `The key gx_${accesskeyId}_… is revoked.`));
}

function addRoles(access: Command): void {
  access.command('roles').description('what holders of each role may do').action((_options: object, command: Command) => show(command, 'roles'));
  access.command('users').description('who holds which roles').action((_options: object, command: Command) => show(command, 'users'));
  placed(access.command('grant'))
    .description('gives a user a role')
    .argument('<user>', 'as tokens name the user: the subject')
    .argument('<role>', 'the role')
    .option('--reason <text>', 'why')
    .action((userId: string, role: string, options: PlaceOptions & { reason?: string }, command: Command) => send(command, 'GrantRole', { userId, role, ...options }, `${userId} holds the role ${role}.`));
  access
    .command('revoke')
    .description('takes a role from a user, within a second')
    .argument('<user>', 'as tokens name the user: the subject')
    .argument('<role>', 'the role')
    .option('--reason <text>', 'why')
    .action((userId: string, role: string, options: { reason?: string }, command: Command) => send(command, 'RevokeRole', { userId, role, ...options }, `${userId} does not hold the role ${role}.`));
}

function placed(command: Command): Command {
  return command
    .option('--team <name>', 'for which team, where the role is about the records of a team')
    .option('--territory <name>', 'for which territory')
    .option('--branch <name>', 'for which branch');
}

async function using(command: Command, use: (rights: RightsAccess, invocation: Invocation) => Promise<void>): Promise<void> {
  const invocation = invocationOf(command);
  const rights = await openRightsAccess(invocation.configuration);
  try {
    await use(rights, invocation);
  } finally {
    await rights.close();
  }
}

async function send(command: Command, name: string, fields: object, done: string): Promise<void> {
  await using(command, async (rights, { output }) => {
    const result: CommandResult = await rights.send(name, fields);
    await output.answer(result, () => done);
  });
}

async function show(command: Command, view: string): Promise<void> {
  await using(command, async (rights, { output }) => {
    const rows = await rights.list(view);
    await output.answer(rows, () => (rows.length === 0 ? 'None.' : rowsTable(rows)));
  });
}

function viewersTable(viewers: readonly PossibleViewer[]): string {
  return table(['who', 'role', 'records', 'personal fields', 'events', 'views', 'analyses'], viewers.map(({ subject, role, because, personal, history, views, analyses }) => [subject, role, because, personal, history, views.join(', '), analyses.join(', ')]));
}

function sightingsText({ items, questions }: Saw): string {
  return [
    items.length === 0 ? 'Nobody was shown personal fields of it.' : rowsTable(items),
    ...(questions.length === 0 ? [] : ['Questions over all customers, which it may have gone into:', rowsTable(questions)]),
  ].join('\n');
}
