// What other contexts may know of interactions: their events and the words in them.
export {
  CORRECTABLE, DIRECTIONS, SENTIMENTS,
  FollowUpCancelled, FollowUpDone, FollowUpMissed, FollowUpScheduled,
  InteractionAttributed, InteractionCorrected, InteractionRecorded, TouchpointExperienceRated,
  type CorrectableField, type Direction, type InteractionFacts, type Sentiment,
} from './domain/interaction.js';
export { RelationshipSentimentRecorded } from './domain/relationship.js';
export {
  CONTACT_OUTCOMES, ContactCancelled, ContactMade, ContactOutcomeRecorded, ContactPlanned, ContactRescheduled,
  type ContactOutcome,
} from './domain/contact-plan.js';
export { InteractionBriefViewed } from './domain/brief.js';
export { ChannelConnected, ChannelSuspended } from './domain/channel.js';
export { interactionsView, type InteractionRow } from './views/interactions.view.js';
