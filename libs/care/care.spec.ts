import { describe, expect, it } from '@jest/globals';
import { ContactBirthdayRecorded } from '#customers';
import { SendMail } from '#delivery';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { GreetOnOccasion, greetOnOccasion, MoveCareOccasion, moveCareOccasion, RegisterCareOccasion, registerCareOccasion } from './commands/care-occasions.js';
import { CareGreetingDue, CareGreetingSent, CareGreetingSkipped, CareOccasion, CareOccasionCancelled, CareOccasionMoved, CareOccasionRegistered } from './domain/care-occasion.js';
import { birthdays } from './processes/birthdays.js';
import { greeting } from './processes/greeting.js';
import { careCalendar } from './views/care-calendar.view.js';

const of = { careoccasionId: 'o1', customerId: 'c1', contactId: 'zhou' };
const march = { calendar: 'solar' as const, month: 3, day: 18 };
const birthday = event(CareOccasionRegistered, { ...of, kind: 'birthday', on: march });
const autumn = event(CareOccasionRegistered, { careoccasionId: 'o2', customerId: 'c1', kind: 'holiday', name: 'the Mid-Autumn Festival', on: { calendar: 'lunar', month: 8, day: 15 } });
const customer = (fields: object = {}) => ({ name: 'Mingde', deactivated: false, blacklisted: false, consents: [], contactMethods: [{ contactMethodId: 'm', type: 'e-mail', value: 'office@mingde.example', retired: false }], ...fields });
const zhou = { customerId: 'c1', linked: true, name: 'Zhou Lan', email: 'zhou@mingde.example' };
const persons = { customer: customer(), contact: zhou };
const due = event(CareGreetingDue, { ...of, kind: 'birthday', date: '2026-03-18' });
const sent = event(CareGreetingSent, { ...of, kind: 'birthday', email: 'zhou@mingde.example', text: 'Dear Zhou Lan, we wish you a happy birthday and a good year.' });
const skipped = (reason: CareGreetingSkipped['reason']) => event(CareGreetingSkipped, { ...of, kind: 'birthday', reason });

describe('an occasion of care', () => {
  it('is a day that the calendar has, of a customer or one of its contact persons', () => {
    const { calendar: _, ...day } = march;
    given(CareOccasion, []).when(registerCareOccasion, { ...of, kind: 'birthday', ...day }, {}, persons).then([birthday]);
    given(CareOccasion, []).when(registerCareOccasion, { ...of, kind: 'birthday', month: 2, day: 30 }, {}, persons).thenRejected('no-such-day');
    given(CareOccasion, []).when(registerCareOccasion, { ...of, kind: 'birthday', ...day }, {}, { ...persons, contact: { ...zhou, customerId: 'c2' } }).thenRejected('contact-not-found');
    given(CareOccasion, []).when(registerCareOccasion, { ...of, kind: 'birthday', ...day }, {}, { customer: null, contact: null }).thenRejected('customer-not-found');
    given(CareOccasion, [birthday]).when(moveCareOccasion, { careoccasionId: 'o1', month: 3, day: 19 }).then([event(CareOccasionMoved, { ...of, former: march, on: { ...march, day: 19 } })]);
    given(CareOccasion, [birthday]).when(moveCareOccasion, { careoccasionId: 'o1', month: 3, day: 18 }).then([]);
  });

  it('is greeted on once a year, at the address of whose day it is', () => {
    const greet = (moment = '2026-03-18T08:00:00.000Z', known: object = persons, history = [birthday]) => given(CareOccasion, history).when(greetOnOccasion, { careoccasionId: 'o1', date: '2026-03-18' }, { now: moment }, known);
    greet().then([due, sent]);
    greet('2026-03-18T08:00:00.000Z', persons, [birthday, due, sent] as never).then([]);
    greet('2026-03-21T00:00:00.000Z').then([due, skipped('too-late')]);
    greet(undefined, { ...persons, contact: { ...zhou, email: undefined } }).then([due, skipped('no-address')]);
    greet(undefined, { ...persons, contact: { ...zhou, linked: false } }).then([due, skipped('contact-left')]);
    greet(undefined, { ...persons, customer: customer({ blacklisted: true }) }).then([due, skipped('no-business')]);
    greet(undefined, { ...persons, customer: customer({ consents: [{ purpose: 'marketing', channel: 'e-mail', granted: false }] }) }).then([due, skipped('objected')]);
    const [, greeted] = given(CareOccasion, [autumn]).when(greetOnOccasion, { careoccasionId: 'o2', date: '2026-09-25' }, { now: '2026-09-25T08:00:00.000Z' }, { customer: customer(), contact: null }).events;
    expect(greeted!.data).toMatchObject({ email: 'office@mingde.example', text: 'Dear Mingde, our best wishes for the Mid-Autumn Festival.' });
  });

  it('comes each year by its calendar, until it is cancelled', () => {
    const first = given(greeting).at('2026-03-01T00:00:00Z').events(birthday).thenDeadline('day', '2026-03-18T08:00:00Z');
    first.at('2026-03-18T08:00:00Z').thenCommands([GreetOnOccasion, { careoccasionId: 'o1', date: '2026-03-18' }]).thenDeadline('day', '2027-03-18T08:00:00Z');
    first.when(event(CareOccasionMoved, { ...of, former: march, on: { ...march, month: 5 } })).thenDeadline('day', '2026-05-18T08:00:00Z');
    first.when(sent).thenCommands([SendMail, { customerId: 'c1', contactId: 'zhou', reference: 'o1', to: ['zhou@mingde.example'], subject: 'Happy birthday', text: sent.data.text }]);
    first.when(event(CareOccasionCancelled, of)).thenEnded().thenNoDeadline();
    given(greeting).at('2026-03-18T20:00:00Z').events(birthday).thenDeadline('day', '2026-03-18T08:00:00Z');
    given(greeting).at('2026-03-01T00:00:00Z').events(autumn).thenDeadline('day', '2026-09-25T08:00:00Z').at('2026-09-25T08:00:00Z').thenDeadline('day', '2027-09-15T08:00:00Z');
  });

  it('is made of the birthday of a contact person, and moved with it', () => {
    const recorded = event(ContactBirthdayRecorded, { contactId: 'zhou', customerId: 'c1', birthday: '--03-18' });
    given(birthdays).when(recorded).thenCommands([RegisterCareOccasion, { careoccasionId: 'birthday-zhou', customerId: 'c1', contactId: 'zhou', kind: 'birthday', month: 3, day: 18 }])
      .whenRejected(RegisterCareOccasion, 'care-occasion-already-registered').thenCommands([MoveCareOccasion, { careoccasionId: 'birthday-zhou', month: 3, day: 18 }]);
    given(birthdays).when(recorded).whenRejected(RegisterCareOccasion, 'customer-blacklisted').thenCommands();
  });

  it('shows when it comes next, and what became of it', async () => {
    const at = async (now: string) => (await given(careCalendar, [birthday, autumn, sent, skipped('objected')]).answers(now)).get('o1')!;
    expect(await at('2026-03-18T23:00:00.000Z')).toMatchObject({ nextOn: '2026-03-18', daysAhead: 0, timesGreeted: 1, skipped: { reason: 'objected' } });
    expect(await at('2026-03-19T00:00:00.000Z')).toMatchObject({ nextOn: '2027-03-18', daysAhead: 364 });
    expect((await given(careCalendar, [birthday, event(CareOccasionCancelled, of)]).answers('2026-03-19T00:00:00.000Z')).get('o1')).toMatchObject({ status: 'cancelled', nextOn: null });
  });
});
