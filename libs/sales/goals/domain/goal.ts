import { aggregate, DomainEvent, notFound, onKnown, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

export const GOAL_OWNERS = ['company', 'department', 'representative'] as const;
export type GoalOwner = (typeof GOAL_OWNERS)[number];

@DomainEvent()
export class GoalSet {
  goalId!: string;
  owner!: GoalOwner;
  /** Id of the department or representative. */
  ownerId?: string;
  /** What is counted: `revenue-eur-cents`, `new-customers` … */
  @Plain() measure!: string;
  /** `2026`, `2026-Q1` or `2026-03` */
  @Plain() period!: string;
  target!: number;
}

/** It is a part of another goal. */
@DomainEvent()
export class GoalCascaded {
  goalId!: string;
  ofGoalId!: string;
  target!: number;
}

@DomainEvent()
export class GoalTargetRevised {
  goalId!: string;
  ofGoalId?: string;
  former!: number;
  target!: number;
}

@DomainEvent()
export class GoalAchieved {
  goalId!: string;
  actual!: number;
}

export interface KnownGoal {
  measure: string;
  period: string;
  target: number;
  ofGoalId?: string;
}

/** Null: none was set under this id. */
export type GoalState = KnownGoal | null;

const on = onKnown<KnownGoal>();

export const Goal = aggregate<'goal', GoalState>('goal', null)
  .on(GoalSet, (_, { measure, period, target }) => ({ measure, period, target }))
  .on(GoalCascaded, on((_, { ofGoalId }) => ({ ofGoalId })))
  .on(GoalTargetRevised, on((_, { target }) => ({ target })))
  .on(GoalAchieved, (goal) => goal);

/** @throws Rejection `goal-not-found` */
export function goalFound(state: GoalState, goalId: string): KnownGoal {
  if (!state) throw notFound('goal-not-found', `There is no goal ${goalId}; set it first, or correct the id.`);
  return state;
}
