import { type Command } from 'commander';
import { BUNDLE_FILES, verifierKey, writeBundle, type Report, type Selection } from '#audit';
import { openAuditAccess, openLocalAudit, type AuditAccess, type KeyedHead } from '../access/audit-access.js';
import { operator } from '../access/credentials.js';
import { invocationOf, pathOf, usingAccess, wholeNumber, type Invocation } from '../invocation.js';
import { addHistory } from './audit-history.js';
import { Failed, WrongUsage } from '../terminal/exit.js';
import { fieldsTable, table } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';

const using = usingAccess(openAuditAccess);

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/;
const EVENT = /^([1-9]\d{0,15}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('proof that nobody changed the log: signed heads, proofs, verification, bundles for auditors');
  addVerify(audit);
  audit
    .command('head')
    .description('signs the log as it is now and prints the head; or prints the heads that are kept')
    .option('--list <number>', 'the newest heads that are kept, so many at most', wholeNumber(1))
    .action(async ({ list }: { list?: number }, command: Command) => {
      await using(command, (access, { output }) => (list === undefined ? head(access, output) : heads(access, output, list)));
    });
  audit
    .command('prove')
    .description('proof that an event is in the log: the event as it is stored, its leaf, the hashes, the signed head')
    .argument('<event>', 'id or position of the event')
    .action(async (event: string, _options: object, command: Command) => {
      if (!EVENT.test(event)) throw new WrongUsage(`"${event}" is neither an event's id, a UUID in lower case, nor its position.`);
      await using(command, async (access, { output }) => {
        const proof = await access.prove(event);
        if (!proof) throw new Failed(`The log has no event ${event}.`);
        await output.answer(proof, () => `${fieldsTable({ ...proof.event, leaf: proof.index, proof: proof.proof.join(' ') })}\n${proof.head.checkpoint}`);
      });
    });
  audit
    .command('consistency')
    .description('proof that the log of one size is the beginning of the log of another')
    .argument('<size1>', 'events of the earlier head', wholeNumber(0))
    .argument('<size2>', 'events of the later head', wholeNumber(0))
    .action(async (from: number, to: number, _options: object, command: Command) => {
      if (from > to) throw new WrongUsage('Give the smaller size first.');
      await using(command, async (access, { output }) => {
        const answer = await access.consistency(from, to);
        await output.answer(answer, () => fieldsTable({ from: answer.from.root, to: answer.to.root, proof: answer.proof.join(' ') }));
      });
    });
  addBundle(audit);
  addHistory(audit);
  audit
    .command('rotate-key')
    .description('signs heads with a new key from now on and destroys the one in force; stop the server first. Heads of before verify as before')
    .action(async (_options: object, command: Command) => {
      const { configuration, output } = invocationOf(command);
      const access = await openLocalAudit(configuration);
      try {
        const { former, next, size } = await access.audit.rotateKey(operator());
        const answer = { formerKey: verifierKey(former), publicKey: verifierKey(next), size };
        await output.answer(answer, () => `${fieldsTable(answer)}\nPublish the new public key where the former one is published.`);
      } finally {
        await access.close();
      }
    });
  audit
    .command('rebuild')
    .description('makes the tree in the document store anew of the log; heads stay as they are')
    .action(async (_options: object, command: Command) => {
      const { configuration, output } = invocationOf(command);
      const access = await openLocalAudit(configuration);
      const bar = progressBar('Making the tree');
      try {
        const { size } = await access.audit.merkle.rebuild((done, total) => bar.update(done, total));
        await output.answer({ size }, () => `The tree is made anew of ${size} events.`);
      } finally {
        bar.end();
        await access.close();
      }
    });
}

function addVerify(audit: Command): void {
  audit
    .command('verify')
    .description('reads the whole log and compares it with the heads that were signed; names the first bad position')
    .option('--restart', 'from the first event, also where an interrupted run could go on')
    .action(async ({ restart }: { restart?: boolean }, command: Command) => {
      const { configuration, output } = invocationOf(command);
      const access = await openLocalAudit(configuration);
      const bar = progressBar('Verifying the log');
      try {
        const report = await access.verify({ restart: restart === true, onProgress: (done, total) => bar.update(done, total) }).finally(() => bar.end());
        await output.answer(report, () => reportText(report));
        if (!report.ok) throw new Failed(verdictOf(report));
      } finally {
        await access.close();
      }
    });
}

function addBundle(audit: Command): void {
  audit
    .command('bundle')
    .description('events with their proofs and the program that checks them, in a new folder for an auditor')
    .argument('<folder>', 'the folder, which must not exist yet')
    .option('--customer <id>', 'every event of the streams that tell of this customer')
    .option('--from <time>', 'events recorded from this day or time on, UTC', time)
    .option('--to <time>', 'events recorded before this day or time, UTC', time)
    .action(async (folder: string, options: { customer?: string; from?: string; to?: string }, command: Command) => {
      const selection = selectionOf(options);
      const path = pathOf(folder);
      await using(command, async (access, { output }) => {
        await writeBundle(path, access.bundle(selection));
        await output.answer({ folder: path, files: Object.values(BUNDLE_FILES) }, () => `${path} holds the bundle. Check it with: node ${path}/${BUNDLE_FILES.verifier}`);
      });
    });
}

async function head(access: AuditAccess, output: Invocation['output']): Promise<void> {
  const made: KeyedHead = await access.makeHead();
  await output.answer(made, () => `${made.checkpoint}\nPublic key: ${made.publicKey}`);
}

async function heads(access: AuditAccess, output: Invocation['output'], limit: number): Promise<void> {
  const kept = await access.heads(limit);
  await output.answer(kept, () => `${table(['time', 'events', 'position', 'root'], kept.heads.map(({ time, size, position, root }) => [time, size, position, root]))}\nPublic key: ${kept.publicKey}`);
}

function selectionOf({ customer, from, to }: { customer?: string; from?: string; to?: string }): Selection {
  if ((customer === undefined) === (from === undefined && to === undefined)) throw new WrongUsage('Give --customer, or --from and --to, or one of these two.');
  return customer !== undefined ? { customer } : { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** In the form of recorded times. */
function time(value: string): string {
  const date = TIME.test(value) ? new Date(value) : undefined;
  if (!date || Number.isNaN(date.getTime())) throw new WrongUsage(`"${value}" must be a day or a time in UTC, such as 2026-01-31 or 2026-01-31T12:00:00.000Z.`);
  return date.toISOString();
}

function reportText({ events, position, integrity, completeness, heads: { checked, matching }, tree, notInAnyHead, resumedAfter }: Report): string {
  const verdict = (name: string, { ok, problems }: Report['integrity']) => [`${name} ${ok ? 'ok' : 'FAILED'}`, ...problems.map((problem) => `  ${problem}`)];
  return [
    `${events} events up to position ${position}${resumedAfter === undefined ? '' : `, of which an interrupted run had read ${resumedAfter}`}; ${matching} of ${checked} heads fit.`,
    ...(notInAnyHead > 0 ? [`${notInAnyHead} events came after the last head: guanxi audit head signs them.`] : []),
    ...verdict('Integrity:   ', integrity), ...verdict('Completeness:', completeness), ...(tree.ok ? [] : verdict('Tree:        ', tree)),
  ].join('\n');
}

function verdictOf({ firstBad, integrity, completeness, tree }: Report): string {
  const problem = [...integrity.problems, ...completeness.problems, ...tree.problems][0]!;
  if (!firstBad) return problem;
  const { kind, position, upTo } = firstBad;
  return upTo === undefined ? `The first bad position is ${position}: the event there is ${kind}.` : `The first bad position is after ${position} and not after ${upTo}. ${problem}`;
}
