import { type Channel } from '#customers';
import { type InteractionFacts } from '#interactions';
import { type PurchaseFacts } from '#purchases';
import { ShortList } from './short-list.js';

export interface RecentInteraction extends InteractionFacts {
  interactionId: string;
  summary: string;
}

export interface RecentPurchase extends Omit<PurchaseFacts, 'customerId'> {
  purchaseId: string;
  returned: 'nothing' | 'part' | 'all';
}

export interface ConsentAnswer {
  /** `marketing`, `survey` … */
  purpose: string;
  channel: Channel;
  /** False: the customer said no. */
  granted: boolean;
  since: string;
}

export const recentInteractions = new ShortList<RecentInteraction>(5, ({ interactionId }) => interactionId, (one, other) => one.heldAt > other.heldAt);

export const recentPurchases = new ShortList<RecentPurchase>(5, ({ purchaseId }) => purchaseId, (one, other) => one.purchasedAt > other.purchasedAt);

export const consents = new ShortList<ConsentAnswer>(50, ({ purpose, channel }) => `${purpose}/${channel}`, (one, other) => one.since > other.since);
