import { onRow, view, type RecordedEvent } from '#event-sourcing';
import {
  CORRECTABLE, factsRecorded, FollowUpCancelled, FollowUpDone, FollowUpScheduled, InteractionAttributed, InteractionCorrected,
  InteractionRecorded, TouchpointExperienceRated, type CorrectableField, type FollowUp, type InteractionFacts, type Sentiment,
} from '../domain/interaction.js';

export interface Correction {
  eventId: string;
  correctedAt: string;
  correctedBy: string;
  reason: string;
  fields: CorrectableField[];
  former: InteractionFacts;
  formerSummary: string;
}

export interface Attribution {
  eventId: string;
  attributedAt: string;
  attributedBy: string;
  reason: string;
  formerCustomerId: string;
}

export interface InteractionRow extends InteractionFacts {
  customerId: string;
  summary: string;
  materials?: string[];
  recordedBy: string;
  recordedAt: string;
  followUp?: FollowUp & { status: 'open' | 'done' | 'cancelled'; doneInInteractionId?: string };
  /** What the customer felt. */
  rating?: Sentiment;
  comment?: string;
  corrections: Correction[];
  attributions: Attribution[];
}

export const interactionsView = view<InteractionRow>('interactions', {
  version: 1,
  summary: 'Every interaction as it stands now, with what was corrected in it.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service', 'partner'],
  personal: ['summary', 'comment', 'materials', 'corrections', 'attributions.reason', 'followUp.purpose'],
  record: 'customerId',
  indexes: [{ customerId: 1, heldAt: -1 }, { channel: 1, heldAt: -1 }, { heldAt: -1 }, { 'followUp.status': 1, 'followUp.followUpOn': 1 }],
})
  .key((event) => event.data.interactionId)
  .on(InteractionRecorded, (_, { data, occurredAt, recordedAt, metadata }) => ({
    ...factsRecorded(data, occurredAt),
    customerId: data.customerId,
    summary: data.summary,
    ...(data.materials && { materials: data.materials }),
    recordedBy: metadata.actor,
    recordedAt,
    corrections: [],
    attributions: [],
  }))
  .on(InteractionCorrected, (row, event) => row && {
    ...restated(row, event.data), corrections: [...row.corrections, correctionOf(event)],
  })
  .on(InteractionAttributed, (row, event) => row && {
    ...restated(row, event.data), customerId: event.data.customerId, attributions: [...row.attributions, attributionOf(event)],
  })
  .on(FollowUpScheduled, onRow((_, { data: { interactionId: __, customerId: ___, formerFollowUpOn: ____, ...followUp } }) => ({
    followUp: { ...followUp, status: 'open' },
  })))
  .on(FollowUpDone, onRow(({ followUp }, { data: { doneInInteractionId } }) => ({
    ...(followUp && { followUp: { ...followUp, status: 'done', ...(doneInInteractionId !== undefined && { doneInInteractionId }) } }),
  })))
  .on(FollowUpCancelled, onRow(({ followUp }) => ({ ...(followUp && { followUp: { ...followUp, status: 'cancelled' } }) })))
  .on(TouchpointExperienceRated, (row, { data: { rating, comment } }) => row && {
    ...withoutComment(row), rating, ...(comment !== undefined && { comment }),
  });

const correctable: ReadonlySet<string> = new Set(CORRECTABLE);

/** What is said now replaces all that was said: a fact that is no longer known goes. */
function restated(row: InteractionRow, { facts, summary }: { facts: InteractionFacts; summary: string }): InteractionRow {
  const others = Object.fromEntries(Object.entries(row).filter(([field]) => !correctable.has(field))) as Omit<InteractionRow, CorrectableField>;
  return { ...others, ...facts, summary };
}

function withoutComment({ comment: _, ...row }: InteractionRow): InteractionRow {
  return row;
}

function correctionOf({ id, occurredAt, metadata, data: { reason, fields, former, formerSummary } }: RecordedEvent<InteractionCorrected>): Correction {
  return { eventId: id, correctedAt: occurredAt, correctedBy: metadata.actor, reason, fields, former, formerSummary };
}

function attributionOf({ id, occurredAt, metadata, data: { reason, formerCustomerId } }: RecordedEvent<InteractionAttributed>): Attribution {
  return { eventId: id, attributedAt: occurredAt, attributedBy: metadata.actor, reason, formerCustomerId };
}
