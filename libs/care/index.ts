// What other contexts may know of care: its events and the words in them.
export { CareGreetingDue, CareGreetingSent, CareGreetingSkipped, CareOccasionCancelled, CareOccasionMoved, CareOccasionRegistered, type OccasionKind } from './domain/care-occasion.js';
export { MisunderstandingCleared, RetentionCaseClosed, RetentionCaseNeglected, RetentionCaseOpened, RetentionProblemSolved } from './domain/retention-case.js';
