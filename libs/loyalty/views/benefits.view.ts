import { view } from '#event-sourcing';
import { benefitOf, CustomerBenefitAssessed, type BenefitAssessment } from '../domain/benefits.js';

export interface BenefitRow extends BenefitAssessment {
  eventId: string;
}

export const benefits = view<BenefitRow>('benefits', {
  version: 1,
  summary: 'Every assessment of what a customer has of a product, term by term.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: 'customerId',
  indexes: [{ customerId: 1, product: 1 }],
})
  .on(CustomerBenefitAssessed, ({ data }) => data.benefitId, (_, { data, occurredAt, id }) => ({ ...data, benefit: benefitOf(data.terms), assessedAt: occurredAt, eventId: id }));
