import { event, type NewEvent, type RecordedEvent } from '#event-sourcing';
import { recorded } from '#event-sourcing/testing';
import { PurchaseRecorded } from '#purchases';
import { defaultLifecyclePolicy, defaultLoyaltyPolicy } from '../commands/default-policies.js';
import { LifecyclePolicyPublished, LoyaltyPolicyPublished } from '../domain/policies.js';

const EVER = { version: 1, effectiveFrom: '1970-01-01T00:00:00.000Z' };

/** Events in this order; each on its day, at ten. */
export const history = (...made: readonly (readonly [day: string, made: NewEvent])[]): RecordedEvent[] =>
  made.map(([day, one], index) => recorded(one, { position: index + 1, occurredAt: `${day}T10:00:00.000Z` }));

export const bought = (customerId: string, purchaseId: string, amount: number, currency = 'USD') => event(PurchaseRecorded, { purchaseId, customerId, amount: { amount, currency } });

export const publishedPolicies: readonly (readonly [string, NewEvent])[] = [
  ['1970-01-01', event(LifecyclePolicyPublished, { ...EVER, rules: defaultLifecyclePolicy.rules })],
  ['1970-01-01', event(LoyaltyPolicyPublished, { ...EVER, rules: defaultLoyaltyPolicy.rules })],
];

/** One purchase a line: customer, yyyymmdd, CDs, dollars; of the sample, the number in the sample before the day. */
export function cdnowPurchases(text: string, isSample: boolean): RecordedEvent[] {
  return text.split('\n').map((line) => line.trim().split(/\s+/)).filter(([first]) => /^\d+$/.test(first ?? '')).map((fields, index) => {
    const [customerId, date, quantity, dollars] = (isSample ? fields.slice(1) : fields) as [string, string, string, string];
    const amount = { amount: Math.round(Number(dollars) * 100), currency: 'USD' };
    return recorded(event(PurchaseRecorded, { purchaseId: `cdnow-${index}`, customerId, amount, quantity: Number(quantity) }), {
      position: index + 10, occurredAt: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T00:00:00.000Z`,
    });
  });
}
