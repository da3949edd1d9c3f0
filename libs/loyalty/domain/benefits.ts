import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** Use, brand, relationship; cost and time, which are taken off. */
export const BENEFIT_TERMS = ['u', 'b', 'r', 'c', 't'] as const;
export type BenefitTerm = (typeof BENEFIT_TERMS)[number];

export interface AssessedTerm {
  /** Points; the same scale for all terms. */
  value: number;
  /** How it is known: a survey, an interview, an estimate. */
  source: string;
}

export type BenefitTerms = Record<BenefitTerm, AssessedTerm>;

/** What a customer has of an offer: u + b + r − c − t. */
@DomainEvent()
export class CustomerBenefitAssessed {
  benefitId!: string;
  customerId!: string;
  @Plain() product!: string;
  /** Whose product it is, where it is not ours. */
  @Plain() competitor?: string;
  @Plain() terms!: BenefitTerms;
}

export const Benefit = aggregate<'benefit', { assessed: boolean }>('benefit', { assessed: false }).on(CustomerBenefitAssessed, () => ({ assessed: true }));

/** Whether a term adds to the benefit or is taken off. */
export const SIGNS: Readonly<Record<BenefitTerm, 1 | -1>> = { u: 1, b: 1, r: 1, c: -1, t: -1 };

/** An assessment that was recorded. */
export interface BenefitAssessment {
  benefitId: string;
  customerId: string;
  product: string;
  competitor?: string;
  terms: BenefitTerms;
  /** u + b + r − c − t. */
  benefit: number;
  assessedAt: string;
}

/** u + b + r − c − t. */
export const benefitOf = (terms: BenefitTerms): number => BENEFIT_TERMS.reduce((sum, term) => sum + SIGNS[term] * terms[term].value, 0);
