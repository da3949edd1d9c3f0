import { aggregate, DomainEvent } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** Before a contact somebody looked at the trail of a customer; who it was is the event's actor. */
@DomainEvent()
export class InteractionBriefViewed {
  briefId!: string;
  customerId!: string;
  /** The planned contact that it was for. */
  contactplanId?: string;
  /** Log position that the brief was folded to: what was known. */
  position?: number;
}

/** Null: no brief was viewed under this id. */
export type BriefState = { customerId: string } | null;

export const Brief = aggregate<'brief', BriefState>('brief', null)
  .on(InteractionBriefViewed, (_, { customerId }) => ({ customerId }));
