import { aggregate, DomainEvent, invalid, notFound, onKnown, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What leads are looked at for. */
export interface Criterion {
  criterion: string;
  /** How much it counts beside the others. */
  weight: number;
}

/** A list of leads is gone through, each by the same criteria. */
@DomainEvent()
export class ScreeningDefined {
  screeningId!: string;
  @Plain() name!: string;
  @Plain() criteria!: Criterion[];
  /** A lead with at least this score, from 0 to 100, comes on the shortlist. */
  passesAt!: number;
}

@DomainEvent()
export class ProspectScreened {
  screeningId!: string;
  leadId!: string;
  /** From 0 to 100, by criterion. */
  @Plain() marks!: Record<string, number>;
  /** The weighted mean of the marks, one decimal. */
  score!: number;
  passed!: boolean;
}

/** It is worth approaching. */
@DomainEvent()
export class ProspectShortlisted {
  screeningId!: string;
  leadId!: string;
  /** Why it is on the list though its score is too low. */
  @Plain() exception?: string;
}

export interface KnownScreening {
  criteria: Criterion[];
  passesAt: number;
  /** By lead. */
  prospects: Record<string, { marks: Record<string, number>; shortlisted: boolean }>;
}

/** Null: none was defined under this id. */
export type ScreeningState = KnownScreening | null;

const on = onKnown<KnownScreening>();

export const Screening = aggregate<'screening', ScreeningState>('screening', null)
  .on(ScreeningDefined, (_, { criteria, passesAt }) => ({ criteria, passesAt, prospects: {} }))
  .on(ProspectScreened, on(({ prospects }, { leadId, marks }) => ({ prospects: { ...prospects, [leadId]: { marks, shortlisted: prospects[leadId]?.shortlisted ?? false } } })))
  .on(ProspectShortlisted, on(({ prospects }, { leadId }) => ({ prospects: { ...prospects, [leadId]: { ...prospects[leadId]!, shortlisted: true } } })));

/** @throws Rejection `screening-not-found` */
export function screeningFound(state: ScreeningState, screeningId: string): KnownScreening {
  if (!state) throw notFound('screening-not-found', `There is no screening ${screeningId}; define it first, or correct the id.`);
  return state;
}

/**
 * The mean of the marks, each counted as often as its criterion weighs, rounded to one decimal.
 * @throws Rejection `marks-incomplete`: a criterion without a mark, or a mark of none.
 */
export function scoreOf(criteria: readonly Criterion[], marks: Readonly<Record<string, number>>): number {
  const names = criteria.map(({ criterion }) => criterion);
  const wrong = [...names.filter((name) => !(name in marks)), ...Object.keys(marks).filter((name) => !names.includes(name))];
  if (wrong.length > 0) throw invalid('marks-incomplete', `Give one mark for each of ${names.join(', ')}; wrong or missing: ${wrong.join(', ')}.`, { wrong });
  const weights = criteria.reduce((sum, { weight }) => sum + weight, 0);
  return Math.round((criteria.reduce((sum, { criterion, weight }) => sum + weight * marks[criterion]!, 0) / weights) * 10) / 10;
}
