import { isDeepStrictEqual } from 'node:util';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { plus } from '#calendar';
import { Contact, Customer, dealable, mailAddressOf, mailAddressOfContact, type ContactState, type CustomerState } from '#customers';
import { Command, decide, event, invalid, notFound, Rejection, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsIsoDate, IsOccurredAt, IsText } from '#event-sourcing/validation';
import {
  CareGreetingDue, CareGreetingSent, CareGreetingSkipped, CareOccasion, CareOccasionCancelled, CareOccasionMoved, CareOccasionRegistered, greetingText, nextDateOf,
  OCCASION_CALENDARS, OCCASION_KINDS, occasionFor, personsOf, type KnownOccasion, type OccasionCalendar, type OccasionKind, type SkipReason, type YearlyDay,
} from '../domain/care-occasion.js';

abstract class CareOccasionCommand {
  @IsId() careoccasionId!: string;
  /** When it happened, where that was not now. */
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

abstract class DayCommand extends CareOccasionCommand {
  /** Default: solar. Days of the traditional Chinese calendar are `lunar`: month 8, day 15 is the Mid-Autumn Festival. */
  @IsOptional() @IsIn(OCCASION_CALENDARS) calendar?: OccasionCalendar;
  @IsInt() @Min(1) @Max(12) month!: number;
  @IsInt() @Min(1) @Max(31) day!: number;
}

@Command({ summary: 'Names a day of each year on which a customer or contact person is greeted: a birthday, a holiday, an anniversary.', allow: ['manager', 'sales', 'service'] })
export class RegisterCareOccasion extends DayCommand {
  @IsId() customerId!: string;
  /** Whose day it is, if it is not the customer's. */
  @IsOptional() @IsId() contactId?: string;
  @IsIn(OCCASION_KINDS) kind!: OccasionKind;
  /** Of a holiday or anniversary. */
  @IsOptional() @IsText(100) name?: string;
  /** What is written in place of the usual words. */
  @IsOptional() @IsText(5_000) greeting?: string;
}

interface Persons {
  customer: CustomerState;
  contact: ContactState;
}

const personsNamed = async ({ customerId, contactId }: { customerId: string; contactId?: string }, stateOf: StateReader): Promise<Persons> =>
  ({ customer: await stateOf(Customer, customerId), contact: contactId === undefined ? null : await stateOf(Contact, contactId) });

export const registerCareOccasion = decide(CareOccasion, RegisterCareOccasion, (command, state, { now }, { customer, contact }) => {
  const { calendar: _, month: __, day: ___, ...said } = factsOf(command);
  if (state) throw wrongState('care-occasion-already-registered', `Care occasion ${command.careoccasionId} is registered already; send MoveCareOccasion, or take another id.`);
  dealable(customer, command.customerId);
  if (command.contactId !== undefined && (!contact?.linked || contact.customerId !== command.customerId)) {
    throw notFound('contact-not-found', `Customer ${command.customerId} has no contact person ${command.contactId}; correct the id, or leave it out.`);
  }
  return event(CareOccasionRegistered, { ...said, on: dayOf(command, now) });
}, personsNamed);

@Command({ summary: 'An occasion is on another day of the year.', allow: ['manager', 'sales', 'service'] })
export class MoveCareOccasion extends DayCommand {}

export const moveCareOccasion = decide(CareOccasion, MoveCareOccasion, (command, state, { now }) => {
  const occasion = occasionFor('MoveCareOccasion', state, command.careoccasionId);
  const on = dayOf(command, now);
  return isDeepStrictEqual(on, occasion.on) ? [] : event(CareOccasionMoved, { careoccasionId: command.careoccasionId, ...personsOf(occasion), former: occasion.on, on });
});

@Command({ summary: 'Nobody is greeted on an occasion any more.', allow: ['manager', 'sales', 'service'] })
export class CancelCareOccasion extends CareOccasionCommand {
  @IsOptional() @IsText(500) reason?: string;
}

export const cancelCareOccasion = decide(CareOccasion, CancelCareOccasion, (command, state) =>
  event(CareOccasionCancelled, { ...factsOf(command), ...personsOf(occasionFor('CancelCareOccasion', state, command.careoccasionId)) }));

@Command({ summary: 'The day of an occasion has come: whoever it is of is greeted by mail, or it is told why not. Sent by itself.', allow: ['manager'] })
export class GreetOnOccasion extends CareOccasionCommand {
  @IsIsoDate() date!: string;
}

/** Later than this nobody is greeted any more. */
const DAYS_LATE = 2;
/** Of these purposes an objection to mail counts. */
const PURPOSES = ['care', 'marketing'];

async function personsOfOccasion({ careoccasionId }: GreetOnOccasion, stateOf: StateReader): Promise<Persons> {
  const occasion = await stateOf(CareOccasion, careoccasionId);
  return occasion ? personsNamed(occasion, stateOf) : { customer: null, contact: null };
}

export const greetOnOccasion = decide(CareOccasion, GreetOnOccasion, ({ careoccasionId, date }, state, { now }, persons) => {
  const occasion = occasionFor('GreetOnOccasion', state, careoccasionId);
  if (occasion.lastDate !== undefined && occasion.lastDate >= date) return [];
  const of = { careoccasionId, ...personsOf(occasion), kind: occasion.kind };
  const due = event(CareGreetingDue, { ...of, date });
  const email = occasion.contactId === undefined ? mailAddressOf(persons.customer) : mailAddressOfContact(persons.contact);
  const reason = reasonToSkip(occasion, persons, now > plus(date, { days: DAYS_LATE }));
  if (reason !== undefined || email === undefined) return [due, event(CareGreetingSkipped, { ...of, reason: reason ?? 'no-address' })];
  return [due, event(CareGreetingSent, { ...of, email, text: greetingText(occasion, (persons.contact ?? persons.customer)!.name) })];
}, personsOfOccasion);

function reasonToSkip({ customerId, contactId }: KnownOccasion, { customer, contact }: Persons, isLate: boolean): SkipReason | undefined {
  if (isLate) return 'too-late';
  try {
    const { consents } = dealable(customer, customerId);
    if (contactId !== undefined && (!contact?.linked || contact.customerId !== customerId)) return 'contact-left';
    return consents.some(({ purpose, channel, granted }) => !granted && channel === 'e-mail' && PURPOSES.includes(purpose)) ? 'objected' : undefined;
  } catch (error) {
    if (error instanceof Rejection) return 'no-business';
    throw error;
  }
}

/** @throws Rejection `no-such-day` */
function dayOf({ calendar = 'solar', month, day }: DayCommand, now: string): YearlyDay {
  const on = { calendar, month, day };
  try {
    nextDateOf(on, now);
  } catch (error) {
    if (error instanceof RangeError) throw invalid('no-such-day', `The ${calendar} calendar has no day ${day} of month ${month}; give one that it has.`);
    throw error;
  }
  return on;
}
