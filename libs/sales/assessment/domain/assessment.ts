import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What a manager gives a representative for the information of a month, from 0 to 100 for each item. */
@DomainEvent()
export class AssessmentScored {
  assessmentId!: string;
  representativeId!: string;
  /** `2026-01` */
  @Plain() month!: string;
  dailyReports!: number;
  marketInformation!: number;
  @Plain() comment?: string;
}

/** Null: none was scored under this id. */
export type AssessmentState = Omit<AssessmentScored, 'assessmentId'> | null;

export const Assessment = aggregate<'assessment', AssessmentState>('assessment', null).on(AssessmentScored, (_, { assessmentId: __, ...said }) => said);
