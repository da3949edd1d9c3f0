import { analysis } from '#event-sourcing';
import { kaplanMeier, medianSurvival } from '#statistics';
import { relationships } from '../domain/stage-times.js';
import { lifecycle } from '../views/lifecycle.view.js';

/** How many relationships last how long. */
export const survival = analysis('survival', {
  version: 1,
  summary: 'The share of customers that are not lost so many days after their first purchase (Kaplan and Meier), with standard errors (Greenwood).',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['days'],
  columns: { days: { type: 'integer', unit: 'days' }, atRisk: 'integer', lost: 'integer', survival: 'number', standardError: { type: 'number', nullWhere: 'nobody is left' } },
})
  .reads({ customers: lifecycle })
  .computes(({ customers }, { now }) => {
    const durations = relationships(customers, now);
    const steps = kaplanMeier(durations);
    const rows = steps.map(({ time, ended, ...step }) => ({ days: time, atRisk: step.atRisk, lost: ended, survival: step.survival, standardError: step.standardError }));
    return {
      rows, summary: { buyers: durations.length, lost: durations.filter(({ ended }) => ended).length, medianDays: medianSurvival(steps) ?? null },
      notes: steps.length > 0 ? ['By the stages of the policy in force: a customer is lost after so many days without a purchase, or when deactivated.'] : ['Nobody was lost so far: the curve is flat.'],
      plots: steps.length > 0 ? [{ title: 'Share of customers that are not lost', kind: 'line', x: 'days since the first purchase', series: [{ name: 'survival', points: [[0, 1], ...steps.map(({ time, survival: share }) => [time, share] as const)] }] }] : [],
    };
  });
