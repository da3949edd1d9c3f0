import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { FollowUpCancelled, FollowUpDone } from '#interactions';
import { attributed, factsOf, followUp, history, met, on } from '../testing/history.js';
import { nextFollowUps } from './next-follow-ups.view.js';

const scheduled = followUp('i1', '2026-02-01', { assignee: 'bob', purpose: 'offer' });
const closed = { interactionId: 'i1', customerId: 'c1', followUpOn: '2026-02-01' };

describe('The next follow-ups', () => {
  it('are those that are open, with who is to do what by when', () => {
    given(nextFollowUps, history(['2026-01-01', met('i1')], ['2026-01-01', scheduled])).then('i1', {
      interactionId: 'i1', customerId: 'c1', followUpOn: '2026-02-01', assignee: 'bob', purpose: 'offer', scheduledAt: on('2026-01-01'), scheduledBy: 'tester',
    });
  });

  it('end when done or cancelled', () => {
    given(nextFollowUps, [scheduled, event(FollowUpDone, closed)]).then('i1', undefined);
    given(nextFollowUps, [scheduled, event(FollowUpCancelled, { ...closed, reason: 'no' })]).then('i1', undefined);
  });

  it('have another date once rescheduled', () => {
    const row = given(nextFollowUps, [scheduled, followUp('i1', '2026-03-01', { formerFollowUpOn: '2026-02-01' })]).rows().get('i1');
    expect(row).toMatchObject({ followUpOn: '2026-03-01' });
    expect(row).not.toHaveProperty('assignee');
  });

  it('go with their interaction to the rightful customer; an interaction without one adds none', () => {
    const moved = attributed('i1', factsOf('2026-01-01'), '2026-02-01');
    expect(given(nextFollowUps, [scheduled, moved]).rows().get('i1')).toMatchObject({ customerId: 'c2', assignee: 'bob' });
    given(nextFollowUps, [moved]).then('i1', undefined);
  });

  it('are overdue from the day after on', () => {
    const row = given(nextFollowUps, [scheduled]).rows().get('i1')!;
    const { computation } = nextFollowUps;
    expect(computation?.compute(row, '2026-02-01T23:59:59.999Z', undefined).overdue).toBe(false);
    expect(computation?.compute(row, '2026-02-02T00:00:00.000Z', undefined).overdue).toBe(true);
  });
});
