import { IsIn } from 'class-validator';
import { analysis } from '#event-sourcing';
import { kaplanMeier, medianSurvival } from '#statistics';
import { STAGES, type Stage } from '../domain/lifecycle.js';
import { staysIn } from '../domain/stage-times.js';
import { lifecycle } from '../views/lifecycle.view.js';

export class StageDurationsParameters {
  /** Whose curve is drawn. */
  @IsIn(STAGES) stage: Stage = 'first_purchase';
}

/** How long customers stay in each stage. */
export const stageDurations = analysis('stage_durations', {
  version: 1,
  summary: 'How long customers stay in each stage of the life cycle: stays, those that ended, their mean, and the median by Kaplan and Meier, which counts stays that last.',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['stage'], parameters: StageDurationsParameters,
  columns: { stage: 'text', stays: 'integer', ended: 'integer', meanDaysOfEnded: { type: 'number', unit: 'days', nullWhere: 'no stay has ended' }, medianDays: { type: 'number', unit: 'days', summary: 'Null where more than half still last.', nullWhere: 'more than half still last' } },
})
  .reads({ customers: lifecycle })
  .computes(({ customers }, { now, parameters }) => {
    const rows = STAGES.map((stage) => {
      const stays = staysIn(stage, customers, now);
      const ended = stays.filter((stay) => stay.ended);
      return {
        stage, stays: stays.length, ended: ended.length, meanDaysOfEnded: ended.length > 0 ? ended.reduce((sum, { time }) => sum + time, 0) / ended.length : null,
        medianDays: medianSurvival(kaplanMeier(stays)) ?? null,
      };
    });
    const steps = kaplanMeier(staysIn(parameters.stage, customers, now));
    const points = [[0, 1] as const, ...steps.map(({ time, survival }) => [time, survival] as const)];
    const notes = rows.some(({ ended }) => ended > 0) ? [] : ['No stay in any stage has ended: how long one lasts is not known.'];
    return { rows, summary: { customers: customers.length }, notes, plots: steps.length > 0 ? [{ title: `Share still in ${parameters.stage} after so many days`, kind: 'line', x: 'days', series: [{ name: parameters.stage, points }] }] : [] };
  })
  .restingOn(({ customers }, _, { stage }) => customers.filter(({ periods }) => periods.some((period) => period.stage === stage)).map(({ _id }) => _id));
