import { aggregate, DomainEvent, Personal } from '#event-sourcing';
import { type Sentiment } from './interaction.js';

// Names and fields of events are the storage format: changed only through an upcaster.
// A relationship is one between the firm and a customer or one of its contact persons. It has behaviour, which
// interactions and purchases show, and feeling, which is recorded here. With one of the two alone it is deficient.

@DomainEvent()
export class RelationshipSentimentRecorded {
  relationshipId!: string;
  customerId!: string;
  contactId?: string;
  sentiment!: Sentiment;
  /** The interaction in which it showed. */
  interactionId?: string;
  @Personal({ subject: ['customerId', 'contactId'] }) note?: string;
}

/** Whose relationship it is; null: nothing was recorded of it. */
export type RelationshipState = { customerId: string; contactId?: string } | null;

export const Relationship = aggregate<'relationship', RelationshipState>('relationship', null)
  .on(RelationshipSentimentRecorded, (relationship, { customerId, contactId }) => relationship ?? { customerId, ...(contactId !== undefined && { contactId }) });
