import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** Somebody was shown personal fields of records, in one view and within a moment. */
@DomainEvent()
export class SensitiveRecordViewed {
  sightingId!: string;
  @Plain() viewer!: string;
  @Plain() view!: string;
  /** Ids of the records; of a question over all records none. */
  @Plain() records!: readonly string[];
  /** A report or pipeline that any record may have gone into. */
  @Plain() question?: string;
  times!: number;
  firstAt!: string;
  lastAt!: string;
}

/** Somebody who was known tried what their roles do not allow. */
@DomainEvent()
export class AccessDenied {
  sightingId!: string;
  @Plain() actor!: string;
  @Plain() code!: string;
  @Plain() message!: string;
  times!: number;
  firstAt!: string;
  lastAt!: string;
}

interface SightingState {
  viewed: number;
  denied: number;
}

/** What one process has recorded of readings and refusals. */
export const Sighting = aggregate<'sighting', SightingState>('sighting', { viewed: 0, denied: 0 })
  .on(SensitiveRecordViewed, (state, { times }) => ({ ...state, viewed: state.viewed + times }))
  .on(AccessDenied, (state, { times }) => ({ ...state, denied: state.denied + times }));
