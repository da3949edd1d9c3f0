import { view } from '#event-sourcing';
import { MarketInformationSubmitted } from '../domain/market-information.js';

export interface MarketInformationRow extends Omit<MarketInformationSubmitted, 'marketinformationId'> {
  submittedBy: string;
  submittedAt: string;
}

export const marketInformationFeed = view<MarketInformationRow>('market_information_feed', {
  version: 1,
  summary: 'What people of the firm have heard of the market; the latest first with the sort `{ "submittedAt": -1 }`.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: null,
  indexes: [{ submittedAt: -1 }, { kind: 1, submittedAt: -1 }, { competitorId: 1 }],
})
  .key(({ data }) => data.marketinformationId)
  .on(MarketInformationSubmitted, (_, { data: { marketinformationId: __, ...said }, occurredAt, metadata: { actor } }) => ({ ...said, submittedBy: actor, submittedAt: occurredAt }));
