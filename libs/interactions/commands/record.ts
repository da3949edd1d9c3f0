import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { Command, decide, event, invalid, wrongState } from '#event-sourcing';
import { CHANNELS, changed, type Channel } from '#customers';
import { factsOf, IsId, IsIsoDate, IsMoment, IsNested, IsOmittable, IsText } from '#event-sourcing/validation';
import {
  CORRECTABLE, DIRECTIONS, FollowUpScheduled, Interaction, InteractionAttributed, InteractionCorrected, InteractionRecorded,
  recordedInteraction, type Direction, type InteractionFacts, type Sentiment,
} from '../domain/interaction.js';
import { InteractionCommand } from './interaction-command.js';

const DAY_IN_SECONDS = 86_400;

@Command({ summary: 'Records what was said and done with a customer on any channel. They may be registered later.', allow: ['manager', 'sales', 'service', 'partner'] })
export class RecordInteraction extends InteractionCommand {
  @IsId() customerId!: string;
  @IsIn(CHANNELS) channel!: Channel;
  @IsIn(DIRECTIONS) direction!: Direction;
  @IsText(10_000) summary!: string;
  /** The firm's line, mailbox, site or desk. */
  @IsOptional() @IsId() channelId?: string;
  /** The contact person. */
  @IsOptional() @IsId() contactId?: string;
  /** −2 very bad … +2 very good. */
  @IsOptional() @IsInt() @Min(-2) @Max(2) sentiment?: Sentiment;
  @IsOptional() @IsInt() @Min(0) @Max(DAY_IN_SECONDS) durationSeconds?: number;
  /** What was sent or handed over. */
  @IsOptional() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(50) @IsText(200, { each: true }) materials?: string[];
  /** Date on which somebody is to come back to it. */
  @IsOptional() @IsIsoDate() followUpOn?: string;
}

export const recordInteraction = decide(Interaction, RecordInteraction, (command, interaction) => {
  const { interactionId, customerId } = command;
  if (interaction) throw wrongState('interaction-already-recorded', `Interaction ${interactionId} is recorded already; send CorrectInteraction, or take another id.`);
  const { followUpOn, ...data } = factsOf(command);
  return [
    event(InteractionRecorded, data),
    ...(followUpOn === undefined ? [] : [event(FollowUpScheduled, { interactionId, customerId, followUpOn })]),
  ];
});

/** Left out: stays as it is. Null: not known. */
export class InteractionChanges {
  @IsOmittable() @IsIn(CHANNELS) channel?: Channel;
  @IsOmittable() @IsIn(DIRECTIONS) direction?: Direction;
  /** When it really took place. */
  @IsOmittable() @IsMoment() heldAt?: string;
  @IsOmittable() @IsText(10_000) summary?: string;
  @IsOptional() @IsId() channelId?: string | null;
  @IsOptional() @IsId() contactId?: string | null;
  @IsOptional() @IsInt() @Min(-2) @Max(2) sentiment?: Sentiment | null;
  @IsOptional() @IsInt() @Min(0) @Max(DAY_IN_SECONDS) durationSeconds?: number | null;
}

@Command({ summary: 'Corrects what was recorded of an interaction; the history keeps both.', allow: ['manager', 'sales', 'service'] })
export class CorrectInteraction extends InteractionCommand {
  @IsNested(() => InteractionChanges) changes!: InteractionChanges;
  @IsText(500) reason!: string;
}

export const correctInteraction = decide(Interaction, CorrectInteraction, (command, state, { now }) => {
  const interaction = recordedInteraction(state, command.interactionId);
  const { facts: former, summary: formerSummary, customerId, rating } = interaction;
  const { interactionId, reason, changes } = factsOf(command);
  const { heldAt, summary, ...rest } = changes;
  const facts = changed<InteractionFacts>(former, { ...rest, ...(heldAt && { heldAt: past(heldAt, now) }) });
  const fields = CORRECTABLE.filter((field) => (field === 'summary' ? (summary ?? formerSummary) !== formerSummary : facts[field] !== former[field]));
  if (fields.length === 0) return [];
  return event(InteractionCorrected, {
    interactionId, customerId, fields, former, facts, formerSummary, summary: summary ?? formerSummary, reason, ...(rating !== undefined && { rating }),
  });
});

@Command({ summary: 'Says that an interaction was another customer\'s.', allow: ['manager', 'sales', 'service'] })
export class AttributeInteraction extends InteractionCommand {
  /** Whose it really was. */
  @IsId() customerId!: string;
  /** The contact person of that customer; the former customer's is dropped. */
  @IsOptional() @IsId() contactId?: string;
  @IsText(500) reason!: string;
}

export const attributeInteraction = decide(Interaction, AttributeInteraction, (command, state, { occurredAt }) => {
  const { customerId: formerCustomerId, facts: formerFacts, summary, rating, followUp } = recordedInteraction(state, command.interactionId);
  if (formerCustomerId === command.customerId) return [];
  if (occurredAt < formerFacts.heldAt) throw invalid('attributed-before-it-took-place', `Interaction ${command.interactionId} took place at ${formerFacts.heldAt}; it cannot have turned out before that, at ${occurredAt}, whose it was. Leave occurredAt out, or correct it.`);
  const { contactId, ...data } = factsOf(command);
  const facts = changed<InteractionFacts>(formerFacts, { contactId: contactId ?? null });
  return event(InteractionAttributed, {
    ...data, formerCustomerId, facts, summary, ...(rating !== undefined && { rating }), ...(followUp && { followUpOn: followUp.followUpOn }),
  });
});

function past(heldAt: string, now: string): string {
  const moment = new Date(heldAt);
  if (moment > new Date(now)) throw invalid('time-in-the-future', `heldAt ${heldAt} lies in the future; only what has happened can be recorded.`);
  return moment.toISOString();
}
