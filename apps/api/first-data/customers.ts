import { ChangeCustomerAddress } from '../../../libs/customers/commands/address.js';
import { AssignCustomer, ShareCustomer } from '../../../libs/customers/commands/assignment.js';
import { GrantConsent, SetPreferredChannel, WithdrawConsent } from '../../../libs/customers/commands/consents.js';
import { AssignRelationshipGrade, DesignateCoreContact, RecordContactBirthday, RecordContactHobby } from '../../../libs/customers/commands/contact-dossier.js';
import { AddContactMethod } from '../../../libs/customers/commands/contact-methods.js';
import { AddContactPerson } from '../../../libs/customers/commands/contact-persons.js';
import { OpenBranch } from '../../../libs/customers/commands/hierarchy.js';
import { DeactivateCustomer, RegisterCustomer, RenameCustomer } from '../../../libs/customers/commands/lifecycle.js';
import { ObserveHabit, ObservePreference } from '../../../libs/customers/commands/observations.js';
import { RecordProductEvaluation, RecordProductInUse } from '../../../libs/customers/commands/products.js';
import { RecordDemographics, RecordOrganisationProfile } from '../../../libs/customers/commands/profile.js';
import { BlacklistCustomer, DesignateKeyAccount, GrantPartyRole } from '../../../libs/customers/commands/standing.js';
import { step, type Step } from './step.js';

const organisation = (daysAgo: number, customerId: string, name: string) => step(daysAgo, RegisterCustomer, { customerId, kind: 'organisation', name });
const person = (daysAgo: number, customerId: string, name: string) => step(daysAgo, RegisterCustomer, { customerId, kind: 'person', name });
const address = (daysAgo: number, customerId: string, line: string, city: string, country: string) =>
  step(daysAgo, ChangeCustomerAddress, { customerId, address: { lines: [line], city, country } });

/** Nobody in here exists. */
export const customerSteps: readonly Step[] = [
  organisation(700, 'mingde-tea', 'Mingde Tea Houses'),
  address(700, 'mingde-tea', '18 Kuanzhai Lane', 'Chengdu', 'CN'),
  step(699, RecordOrganisationProfile, { customerId: 'mingde-tea', facts: { industry: 'Catering', employees: 240, foundedOn: '1998-05-12', website: 'https://mingde.example.com' } }),
  step(690, SetPreferredChannel, { customerId: 'mingde-tea', channel: 'phone' }),
  step(690, AddContactMethod, { customerId: 'mingde-tea', contactMethodId: 'office', type: 'phone', value: '+86 28 5550 0118', label: 'office' }),
  step(400, OpenBranch, { customerId: 'mingde-xian', parentId: 'mingde-tea', name: "Mingde Tea House, Xi'an", branchType: 'branch', location: { country: 'CN', city: "Xi'an" } }),
  step(210, OpenBranch, { customerId: 'mingde-kunming', parentId: 'mingde-tea', name: 'Mingde Tea House, Kunming', branchType: 'branch', location: { country: 'CN', city: 'Kunming' } }),
  step(60, DesignateKeyAccount, { customerId: 'mingde-tea', reason: 'Largest revenue of the year, and growing with each branch' }),
  step(300, RecordProductInUse, { customerId: 'mingde-tea', product: 'Counter till', supplier: 'Another supplier', quantity: 12 }),
  step(45, RecordProductEvaluation, { customerId: 'mingde-tea', product: 'Gaiwan set', rating: 2, comment: 'Guests ask where to buy it' }),
  step(698, AddContactPerson, { contactId: 'zhou-lan', customerId: 'mingde-tea', name: 'Zhou Lan', jobTitle: 'Head of purchasing', phone: '+86 28 5550 0119', email: 'zhou.lan@mingde.example.com' }),
  step(640, DesignateCoreContact, { contactId: 'zhou-lan', reason: 'Decides on every order' }),
  step(640, RecordContactBirthday, { contactId: 'zhou-lan', birthday: '--03-18' }),
  step(500, RecordContactHobby, { contactId: 'zhou-lan', hobby: 'Calligraphy' }),
  step(120, AssignRelationshipGrade, { contactId: 'zhou-lan', grade: 'A', reason: 'Calls us before she calls others' }),
  step(205, AddContactPerson, { contactId: 'he-jun', customerId: 'mingde-kunming', name: 'He Jun', jobTitle: 'Branch manager' }),

  step(690, AssignCustomer, { customerId: 'mingde-tea', owner: 'user:lin-mei', team: 'tea', territory: 'southwest', branch: 'chengdu' }),
  step(380, AssignCustomer, { customerId: 'mingde-xian', owner: 'user:lin-mei', team: 'tea', territory: 'northwest', branch: 'chengdu' }),

  organisation(500, 'harbour-books', 'Harbour Books'),
  step(495, AssignCustomer, { customerId: 'harbour-books', owner: 'user:erik-holm', team: 'north', territory: 'nordics', branch: 'gothenburg' }),
  step(300, ShareCustomer, { customerId: 'harbour-books', sharedWith: 'user:partner-nord' }),
  address(500, 'harbour-books', '3 Quay Street', 'Gothenburg', 'SE'),
  step(480, ObserveHabit, { customerId: 'harbour-books', subject: 'ordering', habit: 'Orders in the first week of each month' }),
  step(470, AddContactPerson, { contactId: 'ingrid-berg', customerId: 'harbour-books', name: 'Ingrid Berg', jobTitle: 'Owner', email: 'ingrid@harbour.example.com' }),
  step(100, AssignRelationshipGrade, { contactId: 'ingrid-berg', grade: 'B' }),

  organisation(460, 'green-valley', 'Green Valley Trading'),
  address(460, 'green-valley', '77 Orchard Road', 'Nairobi', 'KE'),
  step(455, GrantPartyRole, { customerId: 'green-valley', role: 'distributor' }),

  organisation(900, 'north-star', 'North Star Hotels'),
  address(900, 'north-star', '1 Station Square', 'Riga', 'LV'),
  step(380, GrantPartyRole, { customerId: 'north-star', role: 'partner' }),

  organisation(320, 'quick-copy', 'Quick Copy Shop'),
  step(150, BlacklistCustomer, { customerId: 'quick-copy', reason: 'Three invoices unpaid after two reminders' }),
  step(140, DeactivateCustomer, { customerId: 'quick-copy', reason: 'Business closed' }),

  person(620, 'li-wei', 'Li Wei'),
  address(620, 'li-wei', '9 Renmin Road', 'Chengdu', 'CN'),
  step(610, RecordDemographics, { customerId: 'li-wei', facts: { birthDate: '1987-09-02', occupation: 'Teacher', language: 'zh' } }),
  step(600, GrantConsent, { customerId: 'li-wei', purpose: 'marketing', channel: 'instant-message', evidence: 'Ticked when registering' }),
  step(200, ObservePreference, { customerId: 'li-wei', subject: 'product', preference: 'Green tea of the first harvest' }),
  step(600, SetPreferredChannel, { customerId: 'li-wei', channel: 'instant-message' }),

  person(250, 'sofia-marino', 'Sofia Marino'),
  address(250, 'sofia-marino', 'Via Larga 12', 'Milan', 'IT'),
  step(120, WithdrawConsent, { customerId: 'sofia-marino', purpose: 'marketing', channel: 'e-mail', reason: 'Too many letters' }),

  person(20, 'tomas-novak', 'Tomas Novak'),
  address(20, 'tomas-novak', 'Dlouha 4', 'Prague', 'CZ'),

  person(420, 'amara-okafor', 'Amara Okafor'),
  address(420, 'amara-okafor', '5 Marina Street', 'Lagos', 'NG'),
  step(40, RenameCustomer, { customerId: 'amara-okafor', name: 'Amara Okafor-Bello' }),

  person(560, 'chen-yu', 'Chen Yu'),
  address(560, 'chen-yu', '210 Huaihai Road', 'Shanghai', 'CN'),

  step(30, RegisterCustomer, { customerId: 'nadia-haddad', kind: 'person', name: 'Nadia Haddad', status: 'prospect' }),
  address(30, 'nadia-haddad', '14 Rue Clovis', 'Marseille', 'FR'),

  person(380, 'emil-larsen', 'Emil Larsen'),
  address(380, 'emil-larsen', '2 Torvet', 'Odense', 'DK'),
];
