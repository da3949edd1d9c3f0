import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { Interaction, InteractionRecorded, TouchpointExperienceRated } from '../domain/interaction.js';
import { Relationship, RelationshipSentimentRecorded } from '../domain/relationship.js';
import { rateTouchpointExperience, recordRelationshipSentiment } from './feeling.js';

const interactionId = 'visit-1';
const of = { interactionId, customerId: 'li' };
const recorded = event(InteractionRecorded, { ...of, channel: 'visit', direction: 'outbound', summary: 'showed the press' });

describe('the experience at a touch', () => {
  const bad = event(TouchpointExperienceRated, { ...of, channel: 'visit', rating: -2, comment: 'late' });

  it('is rated, and tells the channel', () =>
    given(Interaction, [recorded]).when(rateTouchpointExperience, { interactionId, rating: -2, comment: 'late' }).then([bad]));

  it('is rated anew where the rating or the comment changes', () => {
    const rated = given(Interaction, [recorded, bad]);
    rated.when(rateTouchpointExperience, { interactionId, rating: -2, comment: 'late' }).then([]);
    rated.when(rateTouchpointExperience, { interactionId, rating: 0 })
      .then([event(TouchpointExperienceRated, { ...of, channel: 'visit', rating: 0, formerRating: -2 })]);
    rated.when(rateTouchpointExperience, { interactionId, rating: -2 })
      .then([event(TouchpointExperienceRated, { ...of, channel: 'visit', rating: -2, formerRating: -2 })]);
  });

  it('needs an interaction', () =>
    given(Interaction, []).when(rateTouchpointExperience, { interactionId, rating: 1 }).thenRejected('interaction-not-found'));
});

describe('the feeling in a relationship', () => {
  const warm = { relationshipId: 'li', customerId: 'li', sentiment: 2 as const };

  it('is recorded each time it is seen, with where it showed', () =>
    given(Relationship, [event(RelationshipSentimentRecorded, warm)])
      .when(recordRelationshipSentiment, { ...warm, interactionId, note: 'invites us' })
      .then([event(RelationshipSentimentRecorded, { ...warm, interactionId, note: 'invites us' })]));

  it('is that of one customer and one contact person', () => {
    given(Relationship, [event(RelationshipSentimentRecorded, warm)])
      .when(recordRelationshipSentiment, { ...warm, customerId: 'lin' }).thenRejected('relationship-of-another');
    given(Relationship, [event(RelationshipSentimentRecorded, { ...warm, contactId: 'wang' })])
      .when(recordRelationshipSentiment, { ...warm, contactId: 'zhou' }).thenRejected('relationship-of-another');
  });
});
