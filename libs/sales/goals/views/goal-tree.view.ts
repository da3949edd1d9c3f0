import { onRow, view } from '#event-sourcing';
import { rateOf } from '../../domain/figures.js';
import { GoalAchieved, GoalCascaded, GoalSet, GoalTargetRevised, type GoalOwner } from '../domain/goal.js';

export interface GoalRow {
  owner: GoalOwner;
  ownerId?: string;
  measure: string;
  period: string;
  target: number;
  actual?: number;
  ofGoalId?: string;
  /** Targets of its parts, by their ids. */
  parts: Record<string, number>;
}

/** `cascaded` is what its parts come to; `isConsistent` where it has none or they come to its target. */
export interface GoalAnswer extends GoalRow {
  cascaded: number;
  isConsistent: boolean;
  achieved: number | null;
}

export const goalTree = view<GoalRow>('goal_tree', {
  version: 1,
  summary: 'Goals and their parts, down to persons; those whose parts do not add up with `{ "isConsistent": false }`.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ ofGoalId: 1 }, { owner: 1, ownerId: 1 }],
})
  .key(({ data }) => data.goalId)
  .on(GoalSet, (_, { data: { goalId: __, ...said } }) => ({ ...said, parts: {} }))
  .on(GoalCascaded, ({ data }) => [data.goalId, data.ofGoalId], (row, { data: { goalId, ofGoalId, target } }, key) =>
    row && (key === goalId ? { ...row, ofGoalId } : { ...row, parts: { ...row.parts, [goalId]: target } }))
  .on(GoalTargetRevised, ({ data: { goalId, ofGoalId } }) => [goalId, ...(ofGoalId === undefined ? [] : [ofGoalId])], (row, { data: { goalId, target } }, key) =>
    row && (key === goalId ? { ...row, target } : { ...row, parts: { ...row.parts, [goalId]: target } }))
  .on(GoalAchieved, onRow((_, { data: { actual } }) => ({ actual })))
  .computed<GoalAnswer, unknown>({
    fields: ['cascaded', 'isConsistent', 'achieved'],
    compute: (row) => {
      const parts = Object.values(row.parts);
      const cascaded = parts.reduce((sum, target) => sum + target, 0);
      return { ...row, cascaded, isConsistent: parts.length === 0 || cascaded === row.target, achieved: row.actual === undefined ? null : rateOf(row.actual, row.target) };
    },
  });
