import { aggregate, DomainEvent, notFound, Personal, Plain } from '#event-sourcing';
import { type Channel } from '#customers';

// Names and fields of events are the storage format: changed only through an upcaster.
// Free text is personal: people write names in it.

export const DIRECTIONS = ['inbound', 'outbound'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** −2 very bad … +2 very good. */
export type Sentiment = -2 | -1 | 0 | 1 | 2;
export const SENTIMENTS: readonly Sentiment[] = [-2, -1, 0, 1, 2];

/** What is counted and compared of an interaction; holds nothing that names a person. */
export interface InteractionFacts {
  channel: Channel;
  direction: Direction;
  /** When it took place, ISO 8601. */
  heldAt: string;
  /** The firm's line, mailbox, site or desk. */
  channelId?: string;
  /** The contact person. */
  contactId?: string;
  sentiment?: Sentiment;
  durationSeconds?: number;
}

export const CORRECTABLE = ['channel', 'direction', 'heldAt', 'channelId', 'contactId', 'sentiment', 'durationSeconds', 'summary'] as const;
export type CorrectableField = (typeof CORRECTABLE)[number];

/** It took place at the event's `occurredAt`. */
@DomainEvent()
export class InteractionRecorded {
  interactionId!: string;
  customerId!: string;
  channel!: Channel;
  direction!: Direction;
  @Personal({ subject: ['customerId', 'contactId'] }) summary!: string;
  channelId?: string;
  contactId?: string;
  sentiment?: Sentiment;
  durationSeconds?: number;
  /** What was sent or handed over. */
  @Personal({ subject: ['customerId', 'contactId'] }) materials?: string[];
}

/** Tells both: what was recorded before, and what holds now. The earlier events stay as they are. */
@DomainEvent()
export class InteractionCorrected {
  interactionId!: string;
  customerId!: string;
  /** What the correction changed. */
  fields!: CorrectableField[];
  former!: InteractionFacts;
  facts!: InteractionFacts;
  /** The experience as it was rated before. */
  rating?: Sentiment;
  @Personal({ subject: ['customerId', 'former.contactId'] }) formerSummary!: string;
  @Personal({ subject: ['customerId', 'facts.contactId'] }) summary!: string;
  @Personal({ subject: ['customerId', 'former.contactId', 'facts.contactId'] }) reason!: string;
}

/** It was another customer's. It tells all that the readers of both customers need: nobody has to look the interaction up. */
@DomainEvent({ handsOver: { from: 'formerCustomerId', to: 'customerId' } })
export class InteractionAttributed {
  interactionId!: string;
  /** Whose it is now. */
  customerId!: string;
  formerCustomerId!: string;
  facts!: InteractionFacts;
  @Personal({ subject: ['customerId', 'facts.contactId'] }) summary!: string;
  /** The experience as it was rated before. */
  rating?: Sentiment;
  /** Follow-up that is still open, a date. */
  followUpOn?: string;
  @Personal({ subject: ['customerId', 'formerCustomerId'] }) reason!: string;
}

/** An interaction has one open follow-up at the most: another date replaces the former. */
@DomainEvent()
export class FollowUpScheduled {
  interactionId!: string;
  customerId!: string;
  /** Date. */
  followUpOn!: string;
  /** The date that it replaces. */
  formerFollowUpOn?: string;
  /** Who is to do it. */
  @Plain() assignee?: string;
  @Personal() purpose?: string;
}

@DomainEvent()
export class FollowUpDone {
  interactionId!: string;
  customerId!: string;
  followUpOn!: string;
  /** The interaction in which it was done. */
  doneInInteractionId?: string;
  @Personal() note?: string;
}

/** Its day has passed without anybody having come back to the customer. It stays open. */
@DomainEvent()
export class FollowUpMissed {
  interactionId!: string;
  customerId!: string;
  followUpOn!: string;
  /** Who was to do it. */
  @Plain() assignee?: string;
}

@DomainEvent()
export class FollowUpCancelled {
  interactionId!: string;
  customerId!: string;
  followUpOn!: string;
  @Personal() reason!: string;
}

/** What the customer felt at this touch. Rated again: `formerRating` is what it replaces. */
@DomainEvent()
export class TouchpointExperienceRated {
  interactionId!: string;
  customerId!: string;
  channel!: Channel;
  rating!: Sentiment;
  formerRating?: Sentiment;
  @Personal() comment?: string;
}

export interface FollowUp {
  followUpOn: string;
  assignee?: string;
  purpose?: string;
  /** Its day has passed. */
  missed?: true;
}

export interface KnownInteraction {
  customerId: string;
  facts: InteractionFacts;
  summary: string;
  /** Still to be done. */
  followUp?: FollowUp;
  rating?: Sentiment;
  comment?: string;
}

/** Null: nothing was recorded under this id. */
export type InteractionState = KnownInteraction | null;

/** The facts of an interaction as it was recorded. */
export function factsRecorded(data: InteractionRecorded, occurredAt: string): InteractionFacts {
  const { interactionId: _, customerId: __, summary: ___, materials: ____, ...facts } = data;
  return { ...facts, heldAt: occurredAt };
}

/** A fold of an event that only a recorded interaction can have. */
const of = <E>(evolve: (interaction: KnownInteraction, event: E) => Partial<KnownInteraction>) => (interaction: InteractionState, event: E): InteractionState =>
  interaction && { ...interaction, ...evolve(interaction, event) };

function withoutFollowUp(interaction: InteractionState): InteractionState {
  if (!interaction) return interaction;
  const { followUp: _, ...rest } = interaction;
  return rest;
}

function rated(interaction: InteractionState, { rating, comment }: TouchpointExperienceRated): InteractionState {
  if (!interaction) return interaction;
  const { comment: _, ...rest } = interaction;
  return { ...rest, rating, ...(comment !== undefined && { comment }) };
}

export const Interaction = aggregate<'interaction', InteractionState>('interaction', null)
  .on(InteractionRecorded, (_, data, { occurredAt }) => ({ customerId: data.customerId, facts: factsRecorded(data, occurredAt), summary: data.summary }))
  .on(InteractionCorrected, of((_, { facts, summary }) => ({ facts, summary })))
  .on(InteractionAttributed, of((_, { customerId, facts, summary }) => ({ customerId, facts, summary })))
  .on(FollowUpScheduled, of((_, { interactionId: __, customerId: ___, formerFollowUpOn: ____, ...followUp }) => ({ followUp })))
  .on(FollowUpMissed, of(({ followUp }) => (followUp ? { followUp: { ...followUp, missed: true } } : {})))
  .on(FollowUpDone, withoutFollowUp)
  .on(FollowUpCancelled, withoutFollowUp)
  .on(TouchpointExperienceRated, rated)
  .snapshot({ every: 100, version: 2 });

/** @throws Rejection `interaction-not-found` */
export function recordedInteraction(interaction: InteractionState, interactionId: string): KnownInteraction {
  if (!interaction) throw notFound('interaction-not-found', `There is no interaction ${interactionId}; record it first, or correct the id.`);
  return interaction;
}
