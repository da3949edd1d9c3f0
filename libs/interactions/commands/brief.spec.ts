import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { Brief, InteractionBriefViewed } from '../domain/brief.js';
import { recordBriefViewed } from './brief.js';

const viewed = { briefId: 'b1', customerId: 'li', contactplanId: 'p1', position: 4711 };

describe('viewing the brief before a contact', () => {
  it('is recorded with what was known', () => given(Brief, []).when(recordBriefViewed, viewed).then([event(InteractionBriefViewed, viewed)]));

  it('is recorded once', () => given(Brief, [event(InteractionBriefViewed, viewed)]).when(recordBriefViewed, viewed).then([]));

  it('is not recorded of another customer under the same id', () =>
    given(Brief, [event(InteractionBriefViewed, viewed)]).when(recordBriefViewed, { ...viewed, customerId: 'lin' }).thenRejected('brief-of-another'));
});
