import { view } from '#event-sourcing';
import {
  ConsentGranted, ConsentWithdrawn, CustomerBlacklisted, CustomerDeactivated, CustomerReactivated, CustomerRegistered,
  CustomerRemovedFromBlacklist, CustomerRenamed, CustomersMerged, CustomersUnmerged, CustomerStatusChanged, KeyAccountDesignated, KeyAccountReleased, PreferredChannelSet,
  type Channel, type CustomerKind, type CustomerStatus,
} from '#customers';
import {
  FollowUpCancelled, FollowUpDone, FollowUpScheduled, InteractionAttributed, InteractionCorrected, InteractionRecorded,
  RelationshipSentimentRecorded, TouchpointExperienceRated,
} from '#interactions';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned } from '#purchases';
import { consents, recentInteractions, recentPurchases, type ConsentAnswer, type RecentInteraction, type RecentPurchase } from '../domain/brief.js';
import { onCustomerRow, withoutMerge } from '../domain/customer-row.js';
import { felt, feltInstead, latest, withoutFeeling, type Feeling } from '../domain/feeling.js';
import { noFollowUps, withFollowUp, withoutFollowUp, type FollowUps } from '../domain/follow-ups.js';

/** What to know of a customer before calling. Null: not known. Lists are short; older entries are in the timeline. */
export interface BriefRow {
  customerId: string;
  name: string | null;
  kind: CustomerKind | null;
  /** `merged`: the same customer as `mergedInto`, whose row counts. */
  status: CustomerStatus | 'deactivated' | 'merged' | null;
  mergedInto?: string;
  keyAccount: boolean;
  blacklisted: boolean;
  preferredChannel: Channel | null;
  /** The latest answers, newest first. No answer: the customer was not asked. */
  consents: readonly ConsentAnswer[];
  feeling: Feeling | null;
  followUps: FollowUps;
  /** The latest, newest first. */
  recentInteractions: readonly RecentInteraction[];
  recentPurchases: readonly RecentPurchase[];
}

const nothingKnown: BriefRow = {
  customerId: '', name: null, kind: null, status: null, keyAccount: false, blacklisted: false, preferredChannel: null,
  consents: [], feeling: null, followUps: noFollowUps, recentInteractions: [], recentPurchases: [],
};

const changed = onCustomerRow(nothingKnown);

export const preContactBrief = view<BriefRow>('pre_contact_brief', {
  version: 2,
  summary: 'What to know before a contact: the last interactions and purchases, open follow-ups, feeling, consents, preferred channel.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service', 'partner'],
  personal: ['name', 'followUps.next.purpose', 'recentInteractions.summary'],
  record: '_id',
})
  .key(({ data }) => data.customerId)
  .on(CustomerRegistered, changed((_, { data: { name, kind, status } }) => ({ name, kind, status })))
  .on(CustomerRenamed, changed((_, { data: { name } }) => ({ name })))
  .on(CustomerStatusChanged, changed((_, { data: { status } }) => ({ status })))
  .on(CustomerDeactivated, changed(() => ({ status: 'deactivated' })))
  .on(CustomerReactivated, changed((_, { data: { status } }) => ({ status })))
  .on(CustomersMerged, changed((_, { data: { name, kind, intoCustomerId } }) => ({ name, kind, status: 'merged', mergedInto: intoCustomerId })))
  .on(CustomersUnmerged, (row, { data: { status } }) => row && { ...withoutMerge(row), status })
  .on(KeyAccountDesignated, changed(() => ({ keyAccount: true })))
  .on(KeyAccountReleased, changed(() => ({ keyAccount: false })))
  .on(CustomerBlacklisted, changed(() => ({ blacklisted: true })))
  .on(CustomerRemovedFromBlacklist, changed(() => ({ blacklisted: false })))

  .on(PreferredChannelSet, changed((_, { data: { channel } }) => ({ preferredChannel: channel })))
  .on(ConsentGranted, changed((row, { data, occurredAt }) => answered(row, data, true, occurredAt)))
  .on(ConsentWithdrawn, changed((row, { data, occurredAt }) => answered(row, data, false, occurredAt)))

  .on(InteractionRecorded, changed((row, { data, occurredAt }) => {
    const { interactionId, customerId: _, materials: __, ...said } = data;
    return {
      recentInteractions: recentInteractions.with(row.recentInteractions, { interactionId, ...said, heldAt: occurredAt }),
      feeling: felt(row.feeling, interactionId, { ...said, heldAt: occurredAt }),
    };
  }))
  .on(InteractionCorrected, changed((row, { data: { interactionId, former, facts, summary } }) => ({
    recentInteractions: recentInteractions.replaced(row.recentInteractions, { interactionId, ...facts, summary }),
    feeling: feltInstead(row.feeling, interactionId, former, facts),
  })))
  .on(InteractionAttributed, ({ data }) => [data.formerCustomerId, data.customerId], changed((row, { data }, key) =>
    (key === data.customerId ? gained(row, data) : lost(row, data))))
  .on(TouchpointExperienceRated, changed(({ feeling }, { data: { interactionId, rating }, occurredAt }) => ({
    feeling: latest(feeling, { sentiment: rating, at: occurredAt, interactionId }),
  })))
  .on(RelationshipSentimentRecorded, changed(({ feeling }, { data: { sentiment }, occurredAt }) => ({
    feeling: latest(feeling, { sentiment, at: occurredAt }),
  })))

  .on(FollowUpScheduled, changed(({ followUps }, { data: { customerId: _, formerFollowUpOn, ...followUp } }) => ({
    followUps: withFollowUp(followUps, followUp, formerFollowUpOn !== undefined),
  })))
  .on(FollowUpDone, changed(({ followUps }, { data: { interactionId } }) => ({ followUps: withoutFollowUp(followUps, interactionId) })))
  .on(FollowUpCancelled, changed(({ followUps }, { data: { interactionId } }) => ({ followUps: withoutFollowUp(followUps, interactionId) })))

  .on(PurchaseRecorded, changed((row, { data: { customerId: _, ...purchase }, occurredAt }) => ({
    recentPurchases: recentPurchases.with(row.recentPurchases, { ...purchase, purchasedAt: occurredAt, returned: 'nothing' }),
  })))
  .on(PurchaseReturned, changed((row, { data: { purchaseId, whole } }) => ({
    recentPurchases: recentPurchases.changed(row.recentPurchases, purchaseId, (purchase) => ({ ...purchase, returned: whole ? 'all' : 'part' })),
  })))
  .on(PurchaseCorrected, ({ data }) => [data.from.customerId, data.to.customerId], changed((row, { data }, key) => {
    const { purchaseId, to: { customerId, ...facts }, returned } = data;
    if (key !== customerId) return { recentPurchases: recentPurchases.without(row.recentPurchases, purchaseId) };
    const purchase = { purchaseId, ...facts, returned: returned.amount > 0 ? 'part' as const : 'nothing' as const };
    return {
      recentPurchases: data.from.customerId === customerId
        ? recentPurchases.replaced(row.recentPurchases, purchase)
        : recentPurchases.with(row.recentPurchases, purchase),
    };
  }));

function answered(row: BriefRow, { purpose, channel }: { purpose: string; channel: Channel }, granted: boolean, since: string): Partial<BriefRow> {
  const others = row.consents.filter((known) => known.purpose !== purpose || known.channel !== channel);
  return { consents: consents.with(others, { purpose, channel, granted, since }) };
}

/** The interaction of another customer came to this one. */
function gained(row: BriefRow, { interactionId, facts, summary, followUpOn }: InteractionAttributed): Partial<BriefRow> {
  return {
    recentInteractions: recentInteractions.with(row.recentInteractions, { interactionId, ...facts, summary }),
    feeling: felt(row.feeling, interactionId, facts),
    followUps: followUpOn === undefined ? row.followUps : withFollowUp(row.followUps, { interactionId, followUpOn }, false),
  };
}

function lost(row: BriefRow, { interactionId, followUpOn }: InteractionAttributed): Partial<BriefRow> {
  return {
    recentInteractions: recentInteractions.without(row.recentInteractions, interactionId),
    feeling: withoutFeeling(row.feeling, interactionId),
    followUps: followUpOn === undefined ? row.followUps : withoutFollowUp(row.followUps, interactionId),
  };
}
