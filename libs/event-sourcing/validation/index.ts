// Validators that class-validator lacks, and what commands of every context share.
export { factsOf, type FactsOf } from './facts.js';
export { IsCountry, IsListOf, IsMoney, IsNested, Money } from './nested.js';
export { IsEmailAddress, isEmailAddress, IsId, IsKeyword, IsOmittable, isPhone, IsPhone, IsText } from './text.js';
export { IsBirthday, IsIsoDate, isIsoDate, IsMoment, isMoment, IsOccurredAt } from './time.js';
