import { type Stage } from './sales-process.js';

export const DEFAULT_PROCESS = 'eight-steps';

/** The eight steps of selling. */
export const EIGHT_STEPS: readonly Stage[] = [
  { stage: 'find-prospect', name: 'Find a prospect', probability: 5 },
  { stage: 'arrange-visit', name: 'Arrange a visit', probability: 10 },
  { stage: 'build-trust', name: 'Build trust', probability: 20 },
  { stage: 'identify-needs', name: 'Dig out the needs', probability: 35 },
  { stage: 'study-solution', name: 'Study a solution', probability: 50 },
  { stage: 'present-plan', name: 'Present the plan', probability: 65 },
  { stage: 'sign-and-commit', name: 'Sign and commit', probability: 85 },
  { stage: 'customer-satisfied', name: 'The customer is satisfied', probability: 100, afterSale: true },
];
