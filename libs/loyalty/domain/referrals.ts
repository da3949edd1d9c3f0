import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** A customer recommended us to somebody. */
@DomainEvent()
export class ReferralMade {
  referralId!: string;
  customerId!: string;
  /** The lead or customer that was referred, where there is one already. */
  referredId?: string;
  /** How it is known: said so, a code, a card. */
  @Plain() source!: string;
}

/** Who was referred became a customer. */
@DomainEvent()
export class ReferralConverted {
  referralId!: string;
  customerId!: string;
  referredCustomerId!: string;
}

export type ReferralState = { status: 'unknown' } | { status: 'made' | 'converted'; customerId: string };

export const Referral = aggregate<'referral', ReferralState>('referral', { status: 'unknown' })
  .on(ReferralMade, (_, { customerId }) => ({ status: 'made', customerId }))
  .on(ReferralConverted, (_, { customerId }) => ({ status: 'converted', customerId }));

interface Made {
  customerId: string;
  convertedAt?: string;
  referredCustomerId?: string;
}

const DAYS_IN_MONTH = 365 / 12;
const DAY_MS = 86_400_000;
const FEWEST_MONTHS = 12;

/**
 * What each customer is expected to bring by recommending: the customers that came of it in a month so far, times the months of the horizon,
 * times what such customers have brought on average. Months are those since the customer's first purchase, at least twelve: one recommendation
 * in the first week is no rate. Undefined where no referral is recorded at all.
 * @param profits of each buyer so far @param firstDays of each buyer
 */
export function referralValues(referrals: readonly Made[], profits: ReadonlyMap<string, number>, firstDays: ReadonlyMap<string, string>, today: string, horizonMonths: number): Map<string, number> | undefined {
  if (referrals.length === 0) return undefined;
  const converted = referrals.filter(({ referredCustomerId }) => referredCustomerId !== undefined);
  const brought = converted.map(({ referredCustomerId }) => Math.max(0, profits.get(referredCustomerId!) ?? 0));
  const mean = brought.length > 0 ? brought.reduce((sum, each) => sum + each, 0) / brought.length : 0;
  const counts = new Map<string, number>();
  for (const { customerId } of converted) counts.set(customerId, (counts.get(customerId) ?? 0) + 1);
  return new Map([...firstDays].map(([customerId, first]) => {
    const months = Math.max(FEWEST_MONTHS, (Date.parse(today) - Date.parse(first)) / DAY_MS / DAYS_IN_MONTH);
    return [customerId, ((counts.get(customerId) ?? 0) / months) * horizonMonths * mean];
  }));
}
