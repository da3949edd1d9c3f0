import { BENEFIT_TERMS, SIGNS, type BenefitTerm, type BenefitTerms } from './benefits.js';

const TENTH = 10;

/** Points; what a change of one term does to the benefit, and as much to the advance. */
export interface TermSensitivity {
  term: BenefitTerm;
  value: number;
  perUnit: number;
  perTenPercent: number;
  /** The change of the term at which the benefit, or the advance, is 0. */
  benefitFlipsBy: number | null;
  advanceFlipsBy: number | null;
}

/** How much each term of a benefit matters, all others left as they are. */
export function sensitivityOf(terms: BenefitTerms, benefit: number, advance: number | null): TermSensitivity[] {
  return BENEFIT_TERMS.map((term) => {
    const [{ value }, sign] = [terms[term], SIGNS[term]];
    return {
      term, value, perUnit: sign, perTenPercent: signed(sign, value / TENTH),
      benefitFlipsBy: reachable(value, signed(sign, -benefit)), advanceFlipsBy: advance === null ? null : reachable(value, signed(sign, -advance)),
    };
  });
}

/** Never −0, which is another value to who compares. */
const signed = (sign: 1 | -1, by: number): number => (by === 0 ? 0 : sign * by);

/** No term is below 0. */
const reachable = (value: number, change: number): number | null => (value + change < 0 ? null : change);
