import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buyAndBeLookedAfter, type Send } from './buying.js';

/** A person who leaves a mark in every personal field of a customer, in what is sold to it, and in the leads that became it; each mark is a text that nothing else has. */
export class Person {
  readonly marks: string[] = [];
  readonly contactMarks: string[] = [];
  /** Those of the marks that stand in the leads. */
  readonly leadMarks: string[] = [];

  constructor(
    readonly customerId: string,
    readonly contactId: string,
  ) {}

  mark = (): string => this.marked(this.marks);
  private contactMark = (): string => this.marked(this.contactMarks);

  private marked(marks: string[]): string {
    const text = `Mä${randomUUID().slice(0, 13)}`;
    marks.push(text);
    return text;
  }

  async live(send: Send): Promise<void> {
    const { customerId, contactId, mark, contactMark } = this;
    const own = (id: string) => `${id}-of-${customerId}`;
    await send('RegisterCustomer', { customerId, kind: 'person', name: mark() });
    await send('RenameCustomer', { customerId, name: mark() });
    await send('RecordDemographics', { customerId, facts: { birthDate: '1980-02-03', occupation: mark() } });
    await send('RecordPsychographics', { customerId, facts: { lifestyle: mark(), interests: [mark()] } });
    await send('AddContactMethod', { customerId, contactMethodId: own('m1'), type: 'e-mail', value: `${mark()}@example.com`, label: mark() });
    await send('ChangeCustomerAddress', { customerId, address: { lines: [mark()], city: 'Hamburg', country: 'DE' } });
    await send('GrantConsent', { customerId, purpose: 'marketing', channel: 'e-mail', evidence: mark() });
    await send('WithdrawConsent', { customerId, purpose: 'marketing', channel: 'e-mail', reason: mark() });
    await send('ObservePreference', { customerId, subject: 'colour', preference: mark() });
    await send('ObserveHabit', { customerId, subject: 'ordering', habit: mark() });
    await send('RecordInteraction', { interactionId: own('i1'), customerId, channel: 'phone', direction: 'inbound', summary: mark(), materials: [mark()], sentiment: 1 });
    await send('CorrectInteraction', { interactionId: own('i1'), changes: { summary: mark() }, reason: mark() });
    await send('ScheduleFollowUp', { interactionId: own('i1'), followUpOn: '2030-01-01', purpose: mark() });
    await send('RateTouchpointExperience', { interactionId: own('i1'), rating: 1, comment: mark() });
    await send('PlanContact', { contactplanId: own('p1'), customerId, plannedFor: '2030-01-01T10:00:00.000Z', channel: 'visit', place: mark(), purpose: mark() });
    await send('RecordPurchase', { purchaseId: own('b1'), customerId, amount: { amount: 1234, currency: 'EUR' }, occurredAt: '2026-01-05T12:00:00.000Z' });
    await send('RecordPurchase', { purchaseId: own('b2'), customerId, amount: { amount: 4321, currency: 'EUR' }, occurredAt: '2026-02-05T12:00:00.000Z' });
    await send('ReturnPurchase', { purchaseId: own('b2'), amount: { amount: 21, currency: 'EUR' }, reason: mark() });
    await send('AddContactPerson', { contactId, customerId, name: contactMark(), jobTitle: contactMark(), department: contactMark(), phone: '+49 30 1234567', email: `${contactMark()}@example.com` });
    await send('RecordContactBirthday', { contactId, birthday: '--02-03' });
    await send('RecordContactFamilySituation', { contactId, family: { note: contactMark() } });
    await send('RecordContactHobby', { contactId, hobby: contactMark() });
    await send('DesignateCoreContact', { contactId, reason: contactMark() });
    await this.liveAsLeads(send);
    await this.dealWith(send, `rep-of-${customerId}`);
    await send('RegisterRepresentative', { representativeId: own('other-rep'), name: 'Ana Silva' });
    await buyAndBeLookedAfter(send, { customerId, representativeId: `rep-of-${customerId}` }, mark);
    await send('BlacklistCustomer', { customerId, reason: mark() });
    await send('RecordInteraction', { interactionId: own('i2'), customerId, contactId, channel: 'visit', direction: 'outbound', summary: `${mark()} ${contactMark()}` });
    await send('MarkCustomerDataStale', { customerId, areas: ['address'], reason: mark() });
    await send('ConfirmCustomerData', { customerId, areas: ['address'], note: mark() });
    await send('ResolveFieldConflict', { customerId, field: 'occupation', kept: mark(), rejected: [mark()], rule: 'chosen', reason: mark() });
    await send('SuspectDuplicate', { duplicateId: own('d'), customerId, otherCustomerId: own('like'), grounds: ['same-name'], likeness: 0.5 });
    await send('DismissDuplicate', { duplicateId: own('d'), reason: mark() });
  }

  private async dealWith(send: Send, representativeId: string): Promise<void> {
    const { customerId, mark } = this;
    const own = (id: string) => `${id}-of-${customerId}`;
    await send('AssignSalesTask', { salestaskId: own('t'), customerId, representativeId, dueOn: '2030-01-01', what: mark() });
    await send('CancelSalesTask', { salestaskId: own('t'), reason: mark() });
    await send('ScheduleAppointment', { appointmentId: own('a'), representativeId, customerId, startsAt: '2030-01-01T10:00:00.000Z', endsAt: '2030-01-01T11:00:00.000Z', place: mark(), subject: mark() });
    await send('ScheduleReminder', { reminderId: own('r'), representativeId, customerId, remindAt: '2030-01-01T09:00:00.000Z', what: mark() });
    await send('DraftProposal', { proposalId: own('p'), customerId, title: mark(), sections: [{ heading: 'Needs', text: mark() }] });
    await send('ReviseProposal', { proposalId: own('p'), sections: [{ heading: 'Needs', text: mark() }] });
  }

  /** One lead became the customer, and the other was the same as that one. */
  private async liveAsLeads(send: Send): Promise<void> {
    const { customerId } = this;
    const mark = (): string => {
      this.leadMarks.push(this.mark());
      return this.leadMarks.at(-1)!;
    };
    const [leadId, sameId, representativeId] = ['l1', 'l2', 'rep'].map((id) => `${id}-of-${customerId}`);
    await send('RegisterRepresentative', { representativeId, name: 'Mei Lin' });
    await send('CaptureLead', { leadId, source: 'fair', name: mark(), company: mark(), email: `${mark()}@example.com`, phone: '+49 30 1234567', note: mark() });
    await send('AssignLead', { leadId, representativeId });
    await send('ReturnLeadToPool', { leadId, reason: mark() });
    await send('AssignLead', { leadId, representativeId });
    await send('QualifyLead', { leadId, note: mark() });
    await send('CaptureLead', { leadId: sameId, source: 'web', name: mark(), note: mark() });
    await send('MarkLeadDuplicate', { leadId: sameId, ofLeadId: leadId });
    await send('ConvertLead', { leadId, customerId });
  }
}

/** All that can be a mark, without its first two letters: as each byte is a letter, in UTF-8 and in UTF-16. */
const MARKS = [/(?=([0-9a-f]{8}-[0-9a-f]{4}))/g, /(?=((?:[0-9a-f]\0){8}-\0(?:[0-9a-f]\0){4}))/g];

/** Which of the marks are in which files of a folder, in UTF-8 or UTF-16. */
export function marksIn(folder: string, marks: readonly string[]): string[] {
  const wanted = new Set(marks.map((mark) => mark.slice(2)));
  const found = new Set<string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    const text = readFileSync(path, 'latin1');
    for (const form of MARKS) {
      for (const [, match] of text.matchAll(form)) {
        const mark = match!.replaceAll('\0', '');
        if (wanted.has(mark)) found.add(`${mark} in ${name}`);
      }
    }
  }
  return [...found];
}
