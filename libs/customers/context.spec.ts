import { describe, expect, it } from '@jest/globals';
import { eventTypeOf, type Class } from '#event-sourcing';
import { faultsIn } from '#event-sourcing/validation/testing';
import { customers } from './context.js';

const commands = new Map<string, { command: Class; idField: string }>(customers.decisions.map((decision) => [decision.command.name, decision]));
const address = { lines: ['Wangfujing 1'], city: 'Beijing', country: 'CN' };
const money = { amount: 100, currency: 'CNY' };

/** What a caller may send; the id of the aggregate is added. */
const good: [command: string, body: object][] = [
  ['RegisterCustomer', { kind: 'person', name: '李明', occurredAt: '2020-02-29' }],
  ['RenameCustomer', { name: 'O’Brien & Söhne' }],
  ['ChangeCustomerStatus', { status: 'lost' }],
  ['DeactivateCustomer', { reason: 'closed' }],
  ['ReactivateCustomer', { reason: 'open again', occurredAt: '2026-01-05T12:00:00+08:00' }],
  ['MergeCustomers', { intoCustomerId: 'c2', reason: 'the same telephone' }],
  ['UnmergeCustomers', { reason: 'twins' }],
  ['SuspectDuplicate', { customerId: 'c1', otherCustomerId: 'c2', grounds: ['same-e-mail', 'similar-name'], likeness: 0.8 }],
  ['DismissDuplicate', { reason: 'twins' }],
  ['MarkCustomerDataStale', { areas: ['address', 'contact-methods'], reason: 'mail came back' }],
  ['ConfirmCustomerData', { areas: ['address'], channel: 'phone', note: 'they said so' }],
  ['ResolveFieldConflict', { field: 'name', kept: 'Li Wei', rejected: ['Lee Way'], rule: 'most-trusted-source', reason: 'passport' }],
  ['RecordDemographics', { facts: { birthDate: '1980-05-31', children: 0, income: money, nationality: 'CN', gender: null } }],
  ['RecordPsychographics', { facts: { interests: ['tea', 'chess'], values: null } }],
  ['RecordOrganisationProfile', { facts: { employees: 120, website: 'https://example.com', revenue: money, foundedOn: '1998-01-01' } }],
  ['RecordProductInUse', { product: 'Press P7', quantity: 2, since: '2020-01-01' }],
  ['EndProductUse', { product: 'Press P7' }],
  ['RecordProductEvaluation', { product: 'Press P7', rating: -2 }],
  ['ObservePreference', { subject: 'delivery-time', preference: 'before noon' }],
  ['ObserveHabit', { subject: 'ordering', habit: 'monthly', interactionId: 'call-1' }],
  ['AddContactMethod', { contactMethodId: 'm1', type: 'e-mail', value: 'li@example.com' }],
  ['AddContactMethod', { contactMethodId: 'm1', type: 'mobile', value: '+86 139 1234 5678' }],
  ['AddContactMethod', { contactMethodId: 'm1', type: 'web', value: 'https://example.com/li' }],
  ['AddContactMethod', { contactMethodId: 'm1', type: 'instant-message', value: 'QQ 10001' }],
  ['RetireContactMethod', { contactMethodId: 'm1' }],
  ['ChangeCustomerAddress', { address }],
  ['LocateCustomer', { country: 'CN', region: 'Guangxi' }],
  ['SetPreferredChannel', { channel: 'letter' }],
  ['GrantConsent', { purpose: 'marketing', channel: 'e-mail', evidence: 'form 17' }],
  ['WithdrawConsent', { purpose: 'marketing', channel: 'e-mail' }],
  ['AssignParentCustomer', { parentId: 'group' }],
  ['ReparentCustomer', { parentId: 'group', reason: 'sold' }],
  ['RemoveParentCustomer', {}],
  ['OpenBranch', { parentId: 'group', name: 'South', branchType: 'office', location: { country: 'CN' } }],
  ['GrantPartyRole', { role: 'supplier' }],
  ['RevokePartyRole', { role: 'supplier' }],
  ['BlacklistCustomer', { reason: 'does not pay' }],
  ['RemoveCustomerFromBlacklist', { reason: 'paid' }],
  ['DesignateKeyAccount', { reason: 'big', evidenceEventIds: ['0190a8f2-0000-7000-8000-000000000001'] }],
  ['ReleaseKeyAccount', { reason: 'small' }],
  ['AddContactPerson', { customerId: 'c1', name: 'Wang Fang', phone: '110', email: 'wang@example.com' }],
  ['UpdateContactPerson', { jobTitle: null, name: 'Wang' }],
  ['UnlinkContactFromCustomer', {}],
  ['LinkContactToCustomer', { customerId: 'c2' }],
  ['RecordContactBirthday', { birthday: '--02-29' }],
  ['RecordContactFamilySituation', { family: { maritalStatus: 'married', note: null } }],
  ['RecordContactHobby', { hobby: 'chess' }],
  ['AssignRelationshipGrade', { grade: 'A' }],
  ['DesignateCoreContact', {}],
  ['ReleaseCoreContact', { reason: 'new buyer' }],
];

/** What must not get in, and the field that is to blame. */
const bad: [command: string, field: string, body: object][] = [
  ['RegisterCustomer', 'kind', { kind: 'robot', name: 'R2' }],
  ['RegisterCustomer', 'name', { kind: 'person' }],
  ['RegisterCustomer', 'name', { kind: 'person', name: '   ' }],
  ['RegisterCustomer', 'name', { kind: 'person', name: 'x'.repeat(201) }],
  ['RegisterCustomer', 'name', { kind: 'person', name: { $gt: '' } }],
  ['RegisterCustomer', 'name', { kind: 'person', name: ['Li'] }],
  ['RegisterCustomer', 'status', { kind: 'person', name: 'Li', status: 'deactivated' }],
  ['RegisterCustomer', 'occurredAt', { kind: 'person', name: 'Li', occurredAt: '2026-02-30' }],
  ['MergeCustomers', 'intoCustomerId', { reason: 'the same' }],
  ['UnmergeCustomers', 'reason', {}],
  ['SuspectDuplicate', 'grounds', { customerId: 'c1', otherCustomerId: 'c2', grounds: [], likeness: 1 }],
  ['SuspectDuplicate', 'grounds', { customerId: 'c1', otherCustomerId: 'c2', grounds: ['a feeling'], likeness: 1 }],
  ['SuspectDuplicate', 'likeness', { customerId: 'c1', otherCustomerId: 'c2', grounds: ['same-name'], likeness: 1.1 }],
  ['SuspectDuplicate', 'otherCustomerId', { customerId: 'c1', grounds: ['same-name'], likeness: 1 }],
  ['DismissDuplicate', 'reason', {}],
  ['MarkCustomerDataStale', 'areas', { areas: ['shoes'], reason: 'x' }],
  ['ConfirmCustomerData', 'areas', { areas: ['name', 'name'] }],
  ['ResolveFieldConflict', 'field', { field: 'customerId', kept: 'x', rejected: ['y'], rule: 'chosen' }],
  ['ResolveFieldConflict', 'rejected', { field: 'name', kept: 'x', rejected: [], rule: 'chosen' }],
  ['RecordDemographics', 'facts', {}],
  ['RecordDemographics', 'facts', { facts: [] }],
  ['RecordDemographics', 'facts', { facts: 'tall' }],
  ['RecordDemographics', 'facts', { facts: null }],
  ['RecordDemographics', 'facts.birthDate', { facts: { birthDate: '1981-02-29' } }],
  ['RecordDemographics', 'facts.children', { facts: { children: 1.5 } }],
  ['RecordDemographics', 'facts.shoeSize', { facts: { shoeSize: 43 } }],
  ['RecordDemographics', 'facts.income.amount', { facts: { income: { amount: 0.1, currency: 'CNY' } } }],
  ['RecordPsychographics', 'facts.interests', { facts: { interests: 'tea' } }],
  ['RecordPsychographics', 'facts.interests', { facts: { interests: [''] } }],
  ['RecordPsychographics', 'facts.interests', { facts: { interests: Array.from({ length: 51 }, () => 'tea') } }],
  ['RecordOrganisationProfile', 'facts.website', { facts: { website: 'javascript:alert(1)' } }],
  ['RecordOrganisationProfile', 'facts.employees', { facts: { employees: -1 } }],
  ['RecordProductEvaluation', 'rating', { product: 'Press', rating: 3 }],
  ['RecordProductEvaluation', 'rating', { product: 'Press', rating: '2' }],
  ['RecordProductInUse', 'quantity', { product: 'Press', quantity: 0 }],
  ['ObservePreference', 'subject', { subject: 'Delivery time', preference: 'noon' }],
  ['AddContactMethod', 'value', { contactMethodId: 'm1', type: 'e-mail', value: 'li(at)example.com' }],
  ['AddContactMethod', 'value', { contactMethodId: 'm1', type: 'phone', value: 'call me' }],
  ['AddContactMethod', 'value', { contactMethodId: 'm1', type: 'web', value: 'not a link' }],
  ['AddContactMethod', 'value', { contactMethodId: 'm1', type: 'phone', value: { toString: 'x' } }],
  ['AddContactMethod', 'type', { contactMethodId: 'm1', type: 'constructor', value: 'x' }],
  ['AddContactMethod', 'type', { contactMethodId: 'm1', type: '__proto__', value: 'x' }],
  ['AddContactMethod', 'contactMethodId', { contactMethodId: 'a b', type: 'phone', value: '110' }],
  ['ChangeCustomerAddress', 'address.lines', { address: { ...address, lines: [] } }],
  ['ChangeCustomerAddress', 'address.country', { address: { ...address, country: 'China' } }],
  ['ChangeCustomerAddress', 'address.planet', { address: { ...address, planet: 'Mars' } }],
  ['SetPreferredChannel', 'channel', { channel: 'telepathy' }],
  ['GrantConsent', 'purpose', { purpose: '', channel: 'e-mail' }],
  ['AssignParentCustomer', 'parentId', { parentId: '../admin' }],
  ['OpenBranch', 'location', { parentId: 'group', name: 'South', branchType: 'office', location: ['CN'] }],
  ['GrantPartyRole', 'role', { role: 'emperor' }],
  ['BlacklistCustomer', 'reason', {}],
  ['DesignateKeyAccount', 'evidenceEventIds', { reason: 'big', evidenceEventIds: ['e1', 'e1'] }],
  ['DesignateKeyAccount', 'evidenceEventIds', { reason: 'big', evidenceEventIds: 'e1' }],
  ['DesignateKeyAccount', 'evidenceEventIds', { reason: 'big', evidenceEventIds: [{}] }],
  ['AddContactPerson', 'email', { customerId: 'c1', name: 'Wang', email: 'wang' }],
  ['AddContactPerson', 'customerId', { name: 'Wang' }],
  ['UpdateContactPerson', 'name', { name: null }],
  ['RecordContactBirthday', 'birthday', { birthday: '31.5.1980' }],
  ['RecordContactFamilySituation', 'family.children', { family: { children: 'two' } }],
  ['AssignRelationshipGrade', 'grade', { grade: 'E' }],
];

function faultsOf(command: string, body: object): string[] {
  const { command: type, idField } = commands.get(command)!;
  return faultsIn(type, { [idField]: 'id-1', ...body });
}

describe('the context of customers', () => {
  it('folds each of its events in one of its aggregates', () => {
    const folded = customers.aggregates.flatMap((aggregate) => aggregate.eventTypes().map(({ name }) => name));
    expect(folded.sort()).toEqual(customers.events.map((type) => eventTypeOf(type).name).sort());
  });

  it('has a summary for each command and view', () =>
    expect([...customers.decisions, ...customers.views].filter(({ options }) => !options.summary)).toEqual([]));

  it.each(good)('accepts %s %j', (command, body) => expect(faultsOf(command, body)).toEqual([]));

  it.each(bad)('refuses %s for its %s: %j', (command, field, body) => expect(faultsOf(command, body)).toContain(field));

  it.each([...commands.keys()])('refuses %s without a good id, and with a field it does not have', (command) => {
    const { idField } = commands.get(command)!;
    for (const id of [undefined, null, '', 'a b', 'x'.repeat(101), 7, {}, ['a'], 'a/../b', 'a\n', '{"$ne":1}']) {
      expect(faultsOf(command, { [idField]: id })).toContain(idField);
    }
    expect(faultsOf(command, { admin: true })).toContain('admin');
    expect(faultsOf(command, { occurredAt: 'yesterday' })).toContain('occurredAt');
  });
});
