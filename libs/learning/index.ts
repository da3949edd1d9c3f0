// Learning from numbers: models and groups. Whoever uses it says what the numbers mean.
export { areaUnderCurve, brierScore } from './scoring.js';
export { groupsOf, type Groups } from './groups.js';
export { fitLogistic, probabilityOf, type LogisticFit, type NoFit } from './logistic.js';
export { standardisationOf, standardised, type Standardisation } from './standardisation.js';
