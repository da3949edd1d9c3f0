import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { noteInDailyReport, scoreAssessment, submitDailyReport, submitMarketInformation } from './commands/information.js';
import { Assessment, AssessmentScored } from './domain/assessment.js';
import { DailyReport, DailyReportNoted, DailyReportSubmitted } from './domain/daily-report.js';
import { MarketInformation, MarketInformationSubmitted } from './domain/market-information.js';
import { dailyNotes } from './views/daily-notes.view.js';
import { repInformationScore } from './views/rep-information-score.view.js';

const mei = { name: 'Mei', post: {} };
const report = { dailyreportId: 'r1', representativeId: 'mei', day: '2026-01-05', visits: 2, calls: 7 };
const submitted = event(DailyReportSubmitted, { ...report, onTime: true });
const late = event(DailyReportSubmitted, { ...report, dailyreportId: 'r2', day: '2026-01-06', onTime: false });
const noted = event(DailyReportNoted, { dailyreportId: 'r1', customerId: 'c1', representativeId: 'mei', day: '2026-01-05', note: 'Opens a house' });
const heard = event(MarketInformationSubmitted, { marketinformationId: 'i1', representativeId: 'mei', kind: 'price', text: 'Rivals ask less' });
const score = { assessmentId: 'a1', representativeId: 'mei', month: '2026-01', dailyReports: 60, marketInformation: 90 };

describe('information as an item of assessment', () => {
  it('is reported day by day, in time by the end of the next day', () => {
    given(DailyReport, []).when(submitDailyReport, report, { occurredAt: '2026-01-06T23:59:59.999Z' }, mei).then([submitted]);
    given(DailyReport, []).when(submitDailyReport, report, { occurredAt: '2026-01-07T00:00:00.000Z' }, mei).then([event(DailyReportSubmitted, { ...report, onTime: false })]);
    given(DailyReport, []).when(submitDailyReport, { ...report, day: '2026-01-06' }, { occurredAt: '2026-01-05T12:00:00.000Z' }, mei).thenRejected('day-ahead');
    given(DailyReport, []).when(submitDailyReport, report, {}, null).thenRejected('representative-not-found');
  });

  it('tells of customers what may be erased, and of the market what may not', () => {
    given(DailyReport, []).when(noteInDailyReport, { dailyreportId: 'r1', customerId: 'c1', note: 'x' }, {}, null).thenRejected('daily-report-not-found');
    given(DailyReport, [submitted]).when(noteInDailyReport, { dailyreportId: 'r1', customerId: 'c1', note: 'x' }, {}, null).thenRejected('customer-not-found');
    given(MarketInformation, []).when(submitMarketInformation, { marketinformationId: 'i1', representativeId: 'mei', kind: 'price', text: 'Rivals ask less' }, {}, mei).then([heard]);
    given(MarketInformation, [heard]).when(submitMarketInformation, { marketinformationId: 'i1', kind: 'price', text: 'x' }).thenRejected('market-information-already-submitted');
    expect(given(dailyNotes, [submitted, noted, noted]).rows().get('r1/c1')).toMatchObject({ notes: ['Opens a house', 'Opens a house'] });
  });

  it('is scored by a manager, once for each month', () => {
    given(Assessment, []).when(scoreAssessment, score, {}, mei).then([event(AssessmentScored, score)]);
    given(Assessment, [event(AssessmentScored, score)]).when(scoreAssessment, score, {}, mei).then([]);
    given(Assessment, [event(AssessmentScored, score)]).when(scoreAssessment, { ...score, month: '2026-02' }, {}, mei).thenRejected('assessment-of-another');
  });

  it('stands beside the working days of the month that have passed', async () => {
    const history = [submitted, submitted, late, noted, recorded(heard, { position: 5, occurredAt: '2026-01-09T12:00:00.000Z' }), recorded(event(AssessmentScored, score), { position: 6 })];
    const at = async (now: string) => (await given(repInformationScore, history).answers(now)).get('mei/2026-01')!;
    expect(await at('2026-01-09T12:00:00.000Z')).toMatchObject({ days: ['2026-01-05', '2026-01-06'], onTime: 2, visits: 6, calls: 21, notes: 1, marketInformation: 1, workingDays: 7, coverage: 0.2857, score: 75 });
    expect(await at('2026-03-01T12:00:00.000Z')).toMatchObject({ workingDays: 22 });
  });
});
