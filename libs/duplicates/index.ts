export { candidatesAmong, type Candidate, type Compared } from './candidates.js';
export { normalisedEmail, normalisedName, normalisedPhone } from './normalised.js';
export { duplicateIdOf, findDuplicates, type DuplicateSearch } from './search.js';
