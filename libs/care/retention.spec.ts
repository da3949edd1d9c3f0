import { describe, expect, it } from '@jest/globals';
import { SendMail } from '#delivery';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { closeRetentionCase, openRetentionCase, RecordRetentionCaseNeglected, recordRetentionCaseNeglected } from './commands/retention-cases.js';
import { MisunderstandingCleared, RetentionCase, RetentionCaseClosed, RetentionCaseNeglected, RetentionCaseOpened, RetentionProblemSolved } from './domain/retention-case.js';
import { retaining } from './processes/retaining.js';
import { retentionCases } from './views/retention-cases.view.js';

const of = { retentioncaseId: 'r1', customerId: 'c1' };
const NOON = '2026-01-05T12:00:00.000Z';
const opened = event(RetentionCaseOpened, { ...of, cause: 'late-delivery', what: 'Waits for the second time' });
const cleared = event(MisunderstandingCleared, { ...of, what: 'It had been delivered next door' });
const saved = event(RetentionCaseClosed, { ...of, outcome: 'saved', cause: 'late-delivery', openedAt: NOON });
const neglected = event(RetentionCaseNeglected, { ...of, since: NOON });

describe('a customer who may leave', () => {
  it('is taken up once, and saved or lost', () => {
    given(RetentionCase, []).when(openRetentionCase, { ...of, cause: 'late-delivery', what: 'x' }, {}, null).thenRejected('customer-not-found');
    given(RetentionCase, [opened]).when(closeRetentionCase, { retentioncaseId: 'r1', outcome: 'saved' }).then([saved]);
    given(RetentionCase, [opened, saved]).when(closeRetentionCase, { retentioncaseId: 'r1', outcome: 'lost' }).thenRejected('retention-case-saved');
    given(RetentionCase, [opened]).when(recordRetentionCaseNeglected, { retentioncaseId: 'r1', since: NOON }).then([neglected]);
    given(RetentionCase, [opened]).when(recordRetentionCaseNeglected, { retentioncaseId: 'r1', since: '2026-01-04T12:00:00.000Z' }).then([]);
  });

  it('is reminded of week by week, as long as nobody does anything', () => {
    const open = given(retaining).at(NOON).events(opened).thenDeadline('untouched', '2026-01-12T12:00:00Z');
    open.at('2026-01-12T12:00:00Z').thenCommands([RecordRetentionCaseNeglected, { retentioncaseId: 'r1', since: NOON }]).thenDeadline('untouched', '2026-01-19T12:00:00Z')
      .when(neglected).thenCommands([SendMail, {
        customerId: 'c1', reference: 'r1', subject: 'Nothing is done for customer c1',
        text: 'Customer c1 may leave, and nothing was done in case r1 since 2026-01-05.\n\nSend ClearMisunderstanding or SolveRetentionProblem once something is done, or CloseRetentionCase.',
      }]);
    open.at('2026-01-10T12:00:00Z').when(cleared).thenDeadline('untouched', '2026-01-17T12:00:00Z').when(saved).thenEnded().thenNoDeadline();
  });

  it('shows what was done, and how many are saved', async () => {
    const lost = event(RetentionCaseOpened, { retentioncaseId: 'r2', customerId: 'c2', cause: 'price', what: 'x' });
    const view = given(retentionCases, [opened, cleared, event(RetentionProblemSolved, { ...of, what: 'Another carrier' }), neglected, saved, lost]);
    expect(view.rows().get('r1')).toMatchObject({ status: 'saved', timesNeglected: 1, steps: [{ kind: 'misunderstanding' }, { kind: 'problem' }] });
    expect(await view.report('save_rate', NOON)).toEqual([{ cause: 'late-delivery', saved: 1, lost: 0, open: 0, rate: 1 }, { cause: 'price', saved: 0, lost: 0, open: 1, rate: null }]);
  });
});
