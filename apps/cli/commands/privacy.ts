import { Option, type Command } from 'commander';
import { ERASURE_REASONS, type AccessExport, type CertifiedErasure, type ErasureReason } from '#privacy';
import { operator } from '../access/credentials.js';
import { openPrivacyAccess, type PrivacyAccess } from '../access/privacy-access.js';
import { invocationOf, type Invocation } from '../invocation.js';
import { WrongUsage } from '../terminal/exit.js';
import { fieldsTable, table } from '../terminal/output.js';

interface Named {
  contact?: string;
  lead?: string;
}

interface Erase extends Named {
  reason: ErasureReason;
  reference?: string;
}

const CONTACT = 'a contact person in place of a customer';
const LEAD = 'somebody who is known as a lead alone, in place of a customer';

export function addPrivacy(program: Command): void {
  const privacy = program.command('privacy').description('the rights of persons: erasure, access; and the keys that seal what is personal');
  privacy
    .command('erase')
    .description('erases a person for ever: destroys the key, has everything forget, prints the certificate')
    .argument('[customer]', 'id of the customer')
    .option('--contact <id>', CONTACT)
    .option('--lead <id>', LEAD)
    .addOption(new Option('--reason <ground>', 'the ground, of Article 17 (1) of the GDPR').choices(ERASURE_REASONS).makeOptionMandatory())
    .option('--reference <text>', 'where the request is filed; it stays in the log for ever, so nothing that names a person', reference)
    .action(async (customer: string | undefined, { reason, reference, ...named }: Erase, command: Command) => {
      const subject = subjectOf(customer, named);
      await using(command, async (access, { output }) => {
        const erased = await access.erase({ subject, reason, ...(reference !== undefined && { reference }), actor: operator() });
        await output.answer(erased, () => certificateText(erased));
      });
    });
  privacy
    .command('export')
    .description('everything that is held on a person: events, and rows of every view')
    .argument('[customer]', 'id of the customer')
    .option('--contact <id>', CONTACT)
    .option('--lead <id>', LEAD)
    .action(async (customer: string | undefined, named: Named, command: Command) => {
      const subject = subjectOf(customer, named);
      await using(command, async (access, { output }) => {
        const found = await access.export(subject);
        await output.answer(found, () => exportText(found));
      });
    });
  privacy
    .command('rotate')
    .description('has the keys of all persons wrapped anew under the master key in force; goes on where it was interrupted')
    .action(async (_options: object, command: Command) => {
      await using(command, async (access, { output }) => {
        const rotation = await access.rotate();
        await output.answer(rotation, () => `${rotation.rewrapped} keys are wrapped anew${rotation.resumed ? ', the rest of an interrupted rotation' : ''}; events are as they were.`);
      });
    });
}

async function using(command: Command, use: (access: PrivacyAccess, invocation: Invocation) => Promise<void>): Promise<void> {
  const invocation = invocationOf(command);
  const access = await openPrivacyAccess(invocation.configuration);
  try {
    await use(access, invocation);
  } finally {
    await access.close();
  }
}

function subjectOf(customer: string | undefined, { contact, lead }: Named): string {
  const [subject, ...others] = Object.entries({ customer, contact, lead }).flatMap(([kind, id]) => (id === undefined ? [] : [`${kind}-${id}`]));
  if (subject === undefined || others.length > 0) throw new WrongUsage('Name a customer, a contact person with --contact, or a lead with --lead, one of the three.');
  return subject;
}

function reference(value: string): string {
  if (/^[A-Za-z0-9._/:-]{1,64}$/.test(value)) return value;
  throw new WrongUsage('--reference must be 1 to 64 letters, digits and the signs . _ / : -');
}

function certificateText({ certificate: { forgotten, plainEvents, withheldEvents = [], event, ...facts }, signature, publicKey }: CertifiedErasure): string {
  const views = Object.entries(forgotten).map(([view, position]) => [view, position]);
  return [
    fieldsTable({ ...facts, eventId: event.id, position: event.position, signature, publicKey }),
    table(['view', 'forgot at position'], views),
    ...(plainEvents.length > 0 ? [`${plainEvents.length} events were stored before there were seals: the log still holds their personal fields, at the positions ${plainEvents.join(', ')}.`] : []),
    ...(withheldEvents.length > 0 ? [`${withheldEvents.length} events were recorded for others, whose keys can still open them: nobody is shown their texts, at the positions ${withheldEvents.join(', ')}.`] : []),
  ].join('\n');
}

function exportText({ subject, alsoKnownAs = [], exportedAt, events, views }: AccessExport): string {
  return [
    `Held on ${[subject, ...alsoKnownAs].join(', ')}, ${exportedAt}`,
    table(['occurred', 'recorded', 'type', 'by', 'from', 'what'], events.map(({ occurredAt, recordedAt, type, actor, source, data }) => [occurredAt, recordedAt, type, actor, source, data])),
    ...Object.entries(views).map(([view, rows]) => `${view}\n${rows.map((row) => fieldsTable(row)).join('\n')}`),
  ].join('\n\n');
}
