// Distributions, their fits and what follows from them. Knows numbers, and no customer.
export { BG_BB, expectedRenewals, fitBgBb, probabilityThere, type BgBb, type Renewals } from './bg-bb.js';
export { BG_NBD, expectedPurchases, expectedRepeats, fitBgNbd, probabilityAlive, probabilityOfRepeats, type BgNbd, type RepeatBuying } from './bg-nbd.js';
export { lorenz, type LorenzPoint } from './concentration.js';
export { type Fit, type Fitted, type NotFitted } from './fit.js';
export { expectedSpend, fitGammaGamma, GAMMA_GAMMA, type GammaGamma, type Spending } from './gamma-gamma.js';
export { rankCorrelation } from './rank-correlation.js';
export { chiSquareProbability } from './special.js';
export { Sum, sumOf } from './sum.js';
export { kaplanMeier, medianSurvival, type Duration, type SurvivalStep } from './survival.js';
