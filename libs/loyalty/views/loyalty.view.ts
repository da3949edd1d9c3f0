import { view, type RecordedEvent, type ViewReader } from '#event-sourcing';
import { CustomerRegistered } from '#customers';
import {
  InteractionAttributed, InteractionCorrected, InteractionRecorded, RelationshipSentimentRecorded, TouchpointExperienceRated,
} from '#interactions';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned } from '#purchases';
import { adjusted, booked, cancelled, type Currencies } from '../domain/currency-facts.js';
import { loyaltyOf, type LoyaltyFigures } from '../domain/loyalty.js';
import { deficiencyOf, type Deficiency, type Sides } from '../domain/relationship.js';
import { scoringVersions, type ScoredFacts, type ScoringVersion } from '../domain/scores.js';
import { policies } from './policies.view.js';

/** The facts that loyalty is measured by; they change with events only. */
export interface LoyaltyRow extends Sides {
  customerId: string;
  registered?: string;
  /** By currency: amounts of different ones are never added. */
  currencies: Currencies;
  deficient: Deficiency;
}

export type LoyaltyAnswer = LoyaltyRow & LoyaltyFigures;

const noFacts = (customerId: string): LoyaltyRow => ({ customerId, currencies: {}, behaviour: 0, feeling: 0, deficient: null });

const facts = view<LoyaltyRow>('loyalty', {
  version: 4,
  summary: 'Recency, frequency, money and their scores, repeat rate and both sides of the relationship of each customer.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: '_id',
  indexes: [{ deficient: 1 }],
})
  .key(({ data }) => data.customerId)
  .on(CustomerRegistered, (row, { occurredAt }, key) => ({ ...(row ?? noFacts(key)), registered: occurredAt }))

  .on(PurchaseRecorded, (row, { data: { purchaseId, amount }, occurredAt, id }, key) => {
    const purchase = { purchaseId, at: occurredAt, eventId: id, currency: amount.currency, net: amount.amount };
    return changed(row, key, { currencies: booked(row?.currencies ?? {}, purchase), behaviour: 1 });
  })
  .on(PurchaseReturned, (row, { data: { purchaseId, purchasedAt, amount, whole } }, key) => {
    const { currency, amount: net } = amount;
    if (!whole) return changed(row, key, { currencies: adjusted(row?.currencies ?? {}, currency, -net, purchasedAt) });
    return changed(row, key, { currencies: cancelled(row?.currencies ?? {}, { purchaseId, at: purchasedAt, currency, net }), behaviour: -1 });
  })
  .on(PurchaseCorrected, ({ data }) => [data.from.customerId, data.to.customerId], (row, event, key) => {
    const { from, to } = event.data;
    const behaviour = Number(key === to.customerId) - Number(key === from.customerId);
    return changed(row, key, { currencies: corrected(row?.currencies ?? {}, event, key), behaviour });
  })

  .on(InteractionRecorded, (row, { data }, key) => changed(row, key, { behaviour: 1, feeling: one(data.sentiment) }))
  .on(InteractionCorrected, (row, { data: { former, facts } }, key) =>
    changed(row, key, { feeling: one(facts.sentiment) - one(former.sentiment) }))
  .on(InteractionAttributed, ({ data }) => [data.formerCustomerId, data.customerId], (row, { data }, key) => {
    const sign = key === data.customerId ? 1 : -1;
    return changed(row, key, { behaviour: sign, feeling: sign * (one(data.facts.sentiment) + one(data.rating)) });
  })
  .on(TouchpointExperienceRated, (row, { data }, key) => changed(row, key, { feeling: data.formerRating === undefined ? 1 : 0 }))
  .on(RelationshipSentimentRecorded, (row, _, key) => changed(row, key, { feeling: 1 }));

/** How loyal each customer is, by what is observed and by the policy in force. */
export const loyalty = facts
  .computed({
    fields: [
      'policyVersion', 'currency', 'recencyDays', 'frequency', 'monetary', 'recencyScore', 'frequencyScore', 'monetaryScore', 'noScoresBecause',
      'repeatRate', 'meanIntervalDays', 'tenureDays', 'otherCurrencies',
    ],
    outcome: ['recencyScore', 'frequencyScore', 'monetaryScore'],
    because: ['policyVersion', 'currency', 'recencyDays', 'frequency', 'monetary', 'noScoresBecause'],
    parameters: loyaltyPolicies,
    compute: (row, now, versions: readonly ScoringVersion[]): LoyaltyAnswer => Object.assign({}, row, loyaltyOf(row, versions, now)),
  })
  .report('repeat_rate', {
    summary: 'The share of buyers who bought on more than one day, in the currency of the policy.',
    run: async (rows) => {
      const counts = { currency: null as string | null, buyers: 0, repeatBuyers: 0 };
      for await (const { currency, repeatRate } of rows) {
        counts.currency = currency;
        if (repeatRate === null) continue;
        counts.buyers += 1;
        if (repeatRate > 0) counts.repeatBuyers += 1;
      }
      return { ...counts, repeatRate: counts.buyers > 0 ? counts.repeatBuyers / counts.buyers : null };
    },
  });

async function loyaltyPolicies(read: ViewReader): Promise<ScoringVersion[]> {
  const found = await read.find(policies, { filter: { kind: 'loyalty' } });
  const versions = found.filter((policy) => policy.kind === 'loyalty');
  return scoringVersions(versions, (currency) => customersIn(currency, read));
}

/** Only the figures that scores need leave the store. */
async function customersIn(currency: string, read: ViewReader): Promise<ScoredFacts[]> {
  const path = `currencies.${currency}`;
  const projection = Object.fromEntries(['last', 'purchaseDays', 'purchases', 'total'].map((field) => [`${path}.${field}`, 1]));
  const rows = await read.find(facts, { filter: { [`${path}.purchases`]: { $gt: 0 } }, projection });
  return rows.map(({ currencies }) => currencies[currency] as ScoredFacts);
}

const one = (sentiment: number | undefined): 0 | 1 => (sentiment === undefined ? 0 : 1);

function changed(row: LoyaltyRow | undefined, customerId: string, by: Partial<Sides> & { currencies?: Currencies }): LoyaltyRow {
  const before = row ?? noFacts(customerId);
  const behaviour = before.behaviour + (by.behaviour ?? 0);
  const feeling = before.feeling + (by.feeling ?? 0);
  return { ...before, behaviour, feeling, currencies: by.currencies ?? before.currencies, deficient: deficiencyOf({ behaviour, feeling }) };
}

/** Takes back what the purchase was said to be and books what it is; where its time and currency stay, only the amount changes. */
function corrected(currencies: Currencies, { data, id }: RecordedEvent<PurchaseCorrected>, key: string): Currencies {
  const { purchaseId, from, to, returned } = data;
  const { currency } = to.amount;
  const sameBooking = from.customerId === to.customerId && from.purchasedAt === to.purchasedAt && from.amount.currency === currency;
  if (sameBooking) return adjusted(currencies, currency, to.amount.amount - from.amount.amount, to.purchasedAt);

  const was = { purchaseId, at: from.purchasedAt, currency: from.amount.currency, net: from.amount.amount - returned.amount };
  const is = { purchaseId, at: to.purchasedAt, eventId: id, currency, net: to.amount.amount - returned.amount };
  const without = key === from.customerId ? cancelled(currencies, was) : currencies;
  return key === to.customerId ? booked(without, is) : without;
}
