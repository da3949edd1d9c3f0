import { nextLunarDate, nextSolarDate } from '#calendar';
import { aggregate, DomainEvent, onKnown, Personal, stateMachine } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

export const OCCASION_KINDS = ['birthday', 'anniversary', 'holiday', 'other'] as const;
export type OccasionKind = (typeof OCCASION_KINDS)[number];

export const OCCASION_CALENDARS = ['solar', 'lunar'] as const;
export type OccasionCalendar = (typeof OCCASION_CALENDARS)[number];

/** Why somebody was not greeted. */
export const SKIP_REASONS = ['no-address', 'objected', 'no-business', 'contact-left', 'too-late'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** A day that comes each year, in its calendar. */
export interface YearlyDay {
  calendar: OccasionCalendar;
  /** From 1 to 12. */
  month: number;
  day: number;
}

/** It is the contact person's where one is named, otherwise the customer's. */
const WITH = { subject: ['customerId', 'contactId'] };

/** A day on which a customer or contact person is thought of each year. */
@DomainEvent()
export class CareOccasionRegistered {
  careoccasionId!: string;
  customerId!: string;
  contactId?: string;
  kind!: OccasionKind;
  @Personal(WITH) on!: YearlyDay;
  /** Of a holiday or anniversary: `Mid-Autumn Festival`. */
  @Personal(WITH) name?: string;
  /** What is written in place of the usual words. */
  @Personal(WITH) greeting?: string;
}

@DomainEvent()
export class CareOccasionMoved {
  careoccasionId!: string;
  customerId!: string;
  contactId?: string;
  @Personal(WITH) former!: YearlyDay;
  @Personal(WITH) on!: YearlyDay;
}

@DomainEvent()
export class CareOccasionCancelled {
  careoccasionId!: string;
  customerId!: string;
  contactId?: string;
  @Personal(WITH) reason?: string;
}

/** The day has come. */
@DomainEvent()
export class CareGreetingDue {
  careoccasionId!: string;
  customerId!: string;
  contactId?: string;
  kind!: OccasionKind;
  /** Date. */
  @Personal(WITH) date!: string;
}

@DomainEvent()
export class CareGreetingSent {
  careoccasionId!: string;
  customerId!: string;
  contactId?: string;
  kind!: OccasionKind;
  @Personal(WITH) email!: string;
  @Personal(WITH) text!: string;
}

@DomainEvent()
export class CareGreetingSkipped {
  careoccasionId!: string;
  customerId!: string;
  contactId?: string;
  kind!: OccasionKind;
  reason!: SkipReason;
}

export interface KnownOccasion {
  status: 'registered' | 'cancelled';
  customerId: string;
  contactId?: string;
  kind: OccasionKind;
  on: YearlyDay;
  name?: string;
  greeting?: string;
  /** The last day that came. */
  lastDate?: string;
}

/** Null: none was registered under this id. */
export type OccasionState = KnownOccasion | null;

const on = onKnown<KnownOccasion>();

export const CareOccasion = aggregate<'careoccasion', OccasionState>('careoccasion', null)
  .on(CareOccasionRegistered, (_, { careoccasionId: __, ...said }) => ({ status: 'registered', ...said }))
  .on(CareOccasionMoved, on((_, { on: day }) => ({ on: day })))
  .on(CareOccasionCancelled, on(() => ({ status: 'cancelled' })))
  .on(CareGreetingDue, on((_, { date }) => ({ lastDate: date })))
  .on(CareGreetingSent, (state) => state)
  .on(CareGreetingSkipped, (state) => state);

/** What is possible with an occasion in each state. */
export const occasionFor = stateMachine<KnownOccasion['status']>('care occasion', { registered: ['MoveCareOccasion', 'CancelCareOccasion', 'GreetOnOccasion'], cancelled: [] });

/** The next date of an occasion after another day (UTC). @throws RangeError there is no such day. */
export const nextDateOf = ({ calendar, month, day }: YearlyDay, after: string): string => (calendar === 'lunar' ? nextLunarDate : nextSolarDate)(after, { month, day });

/** Whose an occasion is, as its events name it. */
export const personsOf = ({ customerId, contactId }: KnownOccasion) => ({ customerId, ...(contactId !== undefined && { contactId }) });

/** What is written to whoever is greeted. */
export function greetingText({ kind, name, greeting }: Pick<KnownOccasion, 'kind' | 'name' | 'greeting'>, addressee: string): string {
  if (greeting !== undefined) return greeting;
  const wish = kind === 'birthday' ? 'we wish you a happy birthday and a good year' : `our best wishes${name === undefined ? '' : ` for ${name}`}`;
  return `Dear ${addressee}, ${wish}.`;
}
