import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { type KnownLead } from '../leads/domain/lead.js';
import { defineScreening, screenProspect, shortlistProspect } from './commands/screenings.js';
import { ProspectScreened, ProspectShortlisted, Screening, ScreeningDefined } from './domain/screening.js';
import { shortlist } from './views/shortlist.view.js';

const criteria = [{ criterion: 'need', weight: 2 }, { criterion: 'budget', weight: 1 }];
const defined = event(ScreeningDefined, { screeningId: 's', name: 'Spring', criteria, passesAt: 60 });
const marks = (need: number, budget: number) => [{ criterion: 'need', mark: need }, { criterion: 'budget', mark: budget }];
const lead: KnownLead = { status: 'pooled', source: 'fair', capturedAt: '2026-01-01T00:00:00.000Z' };
const of = { screeningId: 's', leadId: 'l1' };
const low = event(ProspectScreened, { ...of, marks: { need: 50, budget: 60 }, score: 53.3, passed: false });

describe('screening leads', () => {
  it('scores them by weight, and puts those that pass on the shortlist, once', () => {
    given(Screening, []).when(defineScreening, { screeningId: 's', name: 'Spring', criteria, passesAt: 60 }).then([defined]);
    given(Screening, [defined]).when(screenProspect, { ...of, marks: marks(50, 60) }, {}, lead).then([low]);
    const high = event(ProspectScreened, { ...of, marks: { need: 80, budget: 60 }, score: 73.3, passed: true });
    given(Screening, [defined, low]).when(screenProspect, { ...of, marks: marks(80, 60) }, {}, lead).then([high, event(ProspectShortlisted, of)]);
    given(Screening, [defined, high, event(ProspectShortlisted, of)]).when(screenProspect, { ...of, marks: marks(90, 60) }, {}, lead)
      .then([event(ProspectScreened, { ...of, marks: { need: 90, budget: 60 }, score: 80, passed: true })]);
    given(Screening, [defined, low]).when(screenProspect, { ...of, marks: marks(50, 60) }, {}, lead).then([]);
  });

  it('asks for a mark of each criterion, and for a lead that somebody still works on', () => {
    given(Screening, [defined]).when(screenProspect, { ...of, marks: [{ criterion: 'need', mark: 5 }] }, {}, lead).thenRejected('marks-incomplete');
    given(Screening, [defined]).when(screenProspect, { ...of, marks: [...marks(1, 1), { criterion: 'taste', mark: 5 }] }, {}, lead).thenRejected('marks-incomplete');
    given(Screening, [defined]).when(screenProspect, { ...of, marks: marks(1, 1) }, {}, { ...lead, status: 'converted' }).thenRejected('lead-converted');
    given(Screening, []).when(screenProspect, { ...of, marks: marks(1, 1) }, {}, lead).thenRejected('screening-not-found');
  });

  it('makes exceptions that say why, of leads that were screened', () => {
    given(Screening, [defined]).when(shortlistProspect, { ...of, exception: 'A referral' }).thenRejected('prospect-not-screened');
    const exception = event(ProspectShortlisted, { ...of, exception: 'A referral' });
    given(Screening, [defined, low]).when(shortlistProspect, { ...of, exception: 'A referral' }).then([exception]);
    expect(given(shortlist, [low, exception, { ...low, data: { ...low.data, score: 55 } }]).rows().get('s/l1')).toMatchObject({ score: 55, shortlisted: true, exception: 'A referral' });
  });
});
