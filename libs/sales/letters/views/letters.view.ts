// #region view
import { view } from '#event-sourcing';
import { type Money } from '#money';
import { ThankYouLetterSent } from '../domain/letter.js';

export interface LetterRow {
  customerId: string;
  kind: 'thank-you';
  orderId: string;
  amount: Money;
  sentAt: string;
}

export const letters = view<LetterRow>('letters', {
  version: 1,
  summary: 'Letters of thanks that customers were sent.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: 'customerId',
  indexes: [{ customerId: 1, sentAt: -1 }],
})
  .key(({ data }) => data.letterId)
  .on(ThankYouLetterSent, (_, { data: { letterId: __, email: ___, ...said }, occurredAt }) => ({ ...said, kind: 'thank-you', sentAt: occurredAt }));
// #endregion
