import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { Command, decide, event, invalid, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsKeyword } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { Goal, GOAL_OWNERS, GoalAchieved, GoalCascaded, goalFound, GoalSet, GoalTargetRevised, type GoalOwner } from '../domain/goal.js';

abstract class GoalCommand extends SalesCommand {
  @IsId() goalId!: string;
}

const IsCount = (): PropertyDecorator => (target, property) => [IsInt(), Min(0), Max(Number.MAX_SAFE_INTEGER)].forEach((rule) => rule(target, property));

@Command({ summary: 'Sets a goal of the company, a department or a representative; with ofGoalId as a part of another.', allow: ['manager'] })
export class SetGoal extends GoalCommand {
  @IsIn(GOAL_OWNERS) owner!: GoalOwner;
  /** Id of the department or representative. */
  @IsOptional() @IsId() ownerId?: string;
  /** What is counted: `new-customers`, `revenue-eur-cents` … */
  @IsKeyword() measure!: string;
  @Matches(/^\d{4}(-((0[1-9]|1[0-2])|Q[1-4]))?$/, { message: '$property must be a year, quarter or month such as "2026", "2026-Q1" or "2026-03"' }) period!: string;
  @IsCount() target!: number;
  /** The goal that it is a part of. */
  @IsOptional() @IsId() ofGoalId?: string;
}

export const setGoal = decide(Goal, SetGoal, (command, state, _, whole) => {
  const { ofGoalId, ...goal } = factsOf(command);
  const { goalId, owner, ownerId, measure, target } = goal;
  if (state) throw wrongState('goal-already-set', `Goal ${goalId} is set already; send ReviseGoalTarget, or take another id.`);
  if ((owner === 'company') === (ownerId !== undefined)) throw invalid('goal-owner', 'Name with ownerId whose goal it is, unless it is that of the company.');
  if (ofGoalId === undefined) return event(GoalSet, goal);
  if (goalFound(whole, ofGoalId).measure !== measure) throw invalid('goal-of-another-measure', `Goal ${ofGoalId} counts ${whole!.measure}; a part of it has to count the same.`);
  return [event(GoalSet, goal), event(GoalCascaded, { goalId, ofGoalId, target })];
}, async ({ ofGoalId }: SetGoal, stateOf: StateReader) => (ofGoalId === undefined ? null : stateOf(Goal, ofGoalId)));

@Command({ summary: 'Says another target of a goal.', allow: ['manager'] })
export class ReviseGoalTarget extends GoalCommand {
  @IsCount() target!: number;
}

export const reviseGoalTarget = decide(Goal, ReviseGoalTarget, ({ goalId, target }, state) => {
  const { target: former, ofGoalId } = goalFound(state, goalId);
  return former === target ? [] : event(GoalTargetRevised, { goalId, former, target, ...(ofGoalId !== undefined && { ofGoalId }) });
});

@Command({ summary: 'Says how far a goal has been reached.', allow: ['manager'] })
export class RecordGoalActual extends GoalCommand {
  @IsCount() actual!: number;
}

export const recordGoalActual = decide(Goal, RecordGoalActual, (command, state) => {
  goalFound(state, command.goalId);
  return event(GoalAchieved, factsOf(command));
});
