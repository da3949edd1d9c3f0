import { IsNumber, IsOptional, Max, Min } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsNested, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { Benefit, CustomerBenefitAssessed, type AssessedTerm, type BenefitTerms } from '../domain/benefits.js';

export class AssessedTermFields implements AssessedTerm {
  @IsNumber() @Min(0) @Max(1_000_000) value!: number;
  @IsText(500) source!: string;
}

export class BenefitTermsFields implements BenefitTerms {
  @IsNested(() => AssessedTermFields) u!: AssessedTermFields;
  @IsNested(() => AssessedTermFields) b!: AssessedTermFields;
  @IsNested(() => AssessedTermFields) r!: AssessedTermFields;
  @IsNested(() => AssessedTermFields) c!: AssessedTermFields;
  @IsNested(() => AssessedTermFields) t!: AssessedTermFields;
}

@Command({ summary: 'Assesses what a customer has of a product, ours or a competitor\'s: use, brand and relationship, less cost and time.', allow: ['sales', 'service', 'manager'] })
export class AssessCustomerBenefit {
  @IsId() benefitId!: string;
  @IsId() customerId!: string;
  @IsText(200) product!: string;
  @IsOptional() @IsText(200) competitor?: string;
  /** Points on one scale; c and t are taken off. */
  @IsNested(() => BenefitTermsFields) terms!: BenefitTermsFields;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const assessCustomerBenefit = decide(Benefit, AssessCustomerBenefit, (command, { assessed }) => {
  if (assessed) throw wrongState('benefit-already-assessed', `Assessment ${command.benefitId} was made already; make a new one under an id of its own.`);
  return event(CustomerBenefitAssessed, factsOf(command));
});
