import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { approveExpenseReport, submitExpenseReport } from '../expenses/commands/expense-reports.js';
import { ExpenseReport, ExpenseReportBlocked, ExpenseReportSubmitted } from '../expenses/domain/expense-report.js';
import { expenses } from '../expenses/views/expenses.view.js';
import { reviseGoalTarget, setGoal } from '../goals/commands/goals.js';
import { Goal, GoalCascaded, GoalSet, GoalTargetRevised } from '../goals/domain/goal.js';
import { goalTree } from '../goals/views/goal-tree.view.js';
import { OpportunityWon } from '../opportunities/domain/events.js';
import { adjustForecast, freezeForecast, submitForecast } from './commands/forecasts.js';
import { Forecast, ForecastAdjusted, ForecastFrozen, ForecastSubmitted } from './domain/forecast.js';
import { forecastVsActual } from './views/forecast-vs-actual.view.js';

const NOON = '2026-01-05T12:00:00.000Z';
const usd = (amount: number) => ({ amount, currency: 'USD' });
const mei = { name: 'Mei', post: {} };

describe('a forecast', () => {
  const of = { forecastId: 'f1', representativeId: 'mei', period: '2026-Q1' };
  const submitted = event(ForecastSubmitted, { ...of, amount: usd(1000) });
  const adjusted = event(ForecastAdjusted, { ...of, former: usd(1000), amount: usd(800) });
  const frozen = event(ForecastFrozen, { ...of, amount: usd(800) });

  it('is adjusted until it is frozen', () => {
    given(Forecast, []).when(submitForecast, { ...of, amount: usd(1000) }, {}, mei).then([submitted]);
    given(Forecast, [submitted]).when(adjustForecast, { forecastId: 'f1', amount: usd(800) }).then([adjusted]);
    given(Forecast, [submitted, adjusted]).when(freezeForecast, { forecastId: 'f1' }).then([frozen]);
    given(Forecast, [submitted, adjusted, frozen]).when(adjustForecast, { forecastId: 'f1', amount: usd(900) }).thenRejected('forecast-frozen');
  });

  it('is compared with what was won in its period', () => {
    const ended = { salesprocessId: 'p', version: 1, since: NOON, openedAt: NOON, stage: 's', seller: { representativeId: 'mei' } };
    const won = event(OpportunityWon, { opportunityId: 'o1', value: usd(600), competitorIds: [], ended });
    const rows = given(forecastVsActual, [submitted, adjusted, won, frozen]).rows();
    expect(forecastVsActual.computation!.compute(rows.get('2026-Q1/mei')!, NOON, undefined)).toMatchObject({ firstForecast: usd(1000), forecast: usd(800), frozenAt: NOON, actual: { USD: 600 }, deviation: usd(-200), accuracy: 0.75 });
    expect(rows.get('2026-01/mei')).toMatchObject({ actual: { USD: 600 } });
  });
});

describe('an expense report', () => {
  const item = { day: '2026-01-05', kind: 'meal', amount: usd(5000), customerId: 'c1', contactId: 'chen-bo' };
  const command = { expensereportId: 'e1', representativeId: 'mei', items: [{ day: '2026-01-05', kind: 'travel', amount: usd(2000) }, item] };
  const blocked = event(ExpenseReportBlocked, { ...command, total: usd(7000), missingCards: [{ item: 2, customerId: 'c1', contactId: 'chen-bo' }] });
  const submitted = event(ExpenseReportSubmitted, { ...command, total: usd(7000) });

  it('is blocked until the cards of whom was met are in, and names the missing one', () => {
    given(ExpenseReport, []).when(submitExpenseReport, command, {}, { representative: mei, cards: {} }).then([blocked]);
    given(ExpenseReport, []).when(submitExpenseReport, command, {}, { representative: mei, cards: { 'chen-bo': 'c2' } }).then([blocked]);
    expect(given(expenses, [blocked]).rows().get('e1')).toMatchObject({ status: 'blocked', blockedBecause: 'the card of chen-bo at customer c1 is missing (item 2)' });
    given(ExpenseReport, [blocked]).when(approveExpenseReport, { expensereportId: 'e1' }).thenRejected('expense-report-blocked');
    given(ExpenseReport, [blocked]).when(submitExpenseReport, command, {}, { representative: mei, cards: { 'chen-bo': 'c1' } }).then([submitted]);
    given(ExpenseReport, [submitted]).when(submitExpenseReport, command, {}, { representative: mei, cards: {} }).thenRejected('expense-report-submitted');
  });

  it('is blocked where it does not say who was met', () => {
    const { contactId: _, ...nobody } = item;
    expect(given(ExpenseReport, []).when(submitExpenseReport, { ...command, items: [nobody] }, {}, { representative: mei, cards: {} }).events[0]?.data).toMatchObject({ missingCards: [{ item: 1, customerId: 'c1' }] });
  });
});

describe('a goal', () => {
  const company = event(GoalSet, { goalId: 'g', owner: 'company', measure: 'new-customers', period: '2026', target: 100 });
  const part = (goalId: string, target: number) => [
    event(GoalSet, { goalId, owner: 'representative', ownerId: goalId, measure: 'new-customers', period: '2026', target }), event(GoalCascaded, { goalId, ofGoalId: 'g', target }),
  ];

  it('is broken down into parts of the same measure', () => {
    const command = { goalId: 'mei', owner: 'representative' as const, ownerId: 'mei', measure: 'new-customers', period: '2026', target: 60, ofGoalId: 'g' };
    given(Goal, []).when(setGoal, command, {}, { measure: 'new-customers', period: '2026', target: 100 }).then(part('mei', 60));
    given(Goal, []).when(setGoal, command, {}, { measure: 'visits', period: '2026', target: 100 }).thenRejected('goal-of-another-measure');
    given(Goal, []).when(setGoal, command, {}, null).thenRejected('goal-not-found');
    given(Goal, []).when(setGoal, { ...command, owner: 'company' }, {}, null).thenRejected('goal-owner');
  });

  it('shows whether its parts add up to it', () => {
    const consistent = (history: Parameters<typeof given>[1]) => goalTree.computation!.compute(given(goalTree, history).rows().get('g')!, NOON, undefined) as { cascaded: number; isConsistent: boolean };
    const revised = event(GoalTargetRevised, { goalId: 'bo', ofGoalId: 'g', former: 30, target: 40 });
    expect(consistent([company, ...part('mei', 60), ...part('bo', 30)])).toMatchObject({ cascaded: 90, isConsistent: false });
    expect(consistent([company, ...part('mei', 60), ...part('bo', 30), revised])).toMatchObject({ cascaded: 100, isConsistent: true });
    given(Goal, part('bo', 30)).when(reviseGoalTarget, { goalId: 'bo', target: 40 }).then([revised]);
  });
});
