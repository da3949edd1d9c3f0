import { aggregate, DomainEvent, onKnown, Personal, Plain, stateMachine } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** A customer may leave: somebody is to talk, and to put right what is wrong. */
@DomainEvent()
export class RetentionCaseOpened {
  retentioncaseId!: string;
  customerId!: string;
  /** `late-delivery`, `price`, `complaint` … */
  @Plain() cause!: string;
  @Personal() what!: string;
}

/** What the customer thought was otherwise, and was told so. */
@DomainEvent()
export class MisunderstandingCleared {
  retentioncaseId!: string;
  customerId!: string;
  @Personal() what!: string;
}

@DomainEvent()
export class RetentionProblemSolved {
  retentioncaseId!: string;
  customerId!: string;
  @Personal() what!: string;
}

/** Nothing was done for some time. */
@DomainEvent()
export class RetentionCaseNeglected {
  retentioncaseId!: string;
  customerId!: string;
  /** When something was done last. */
  since!: string;
}

@DomainEvent()
export class RetentionCaseClosed {
  retentioncaseId!: string;
  customerId!: string;
  outcome!: 'saved' | 'lost';
  @Plain() cause!: string;
  openedAt!: string;
  @Personal() reason?: string;
}

export interface KnownRetentionCase {
  status: 'open' | 'saved' | 'lost';
  customerId: string;
  cause: string;
  openedAt: string;
  /** When something was done last. */
  touchedAt: string;
}

/** Null: none was opened under this id. */
export type RetentionCaseState = KnownRetentionCase | null;

const on = onKnown<KnownRetentionCase>();

export const RetentionCase = aggregate<'retentioncase', RetentionCaseState>('retentioncase', null)
  .on(RetentionCaseOpened, (_, { customerId, cause }, { occurredAt }) => ({ status: 'open', customerId, cause, openedAt: occurredAt, touchedAt: occurredAt }))
  .on(MisunderstandingCleared, on((_, __, { occurredAt }) => ({ touchedAt: occurredAt })))
  .on(RetentionProblemSolved, on((_, __, { occurredAt }) => ({ touchedAt: occurredAt })))
  .on(RetentionCaseNeglected, (state) => state)
  .on(RetentionCaseClosed, on((_, { outcome }) => ({ status: outcome })));

/** What is possible with a case in each state. */
export const retentionCaseFor = stateMachine<KnownRetentionCase['status']>('retention case', {
  open: ['ClearMisunderstanding', 'SolveRetentionProblem', 'RecordRetentionCaseNeglected', 'CloseRetentionCase'], saved: [], lost: [],
});
