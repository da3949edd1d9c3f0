import { view, type RecordedEvent } from '#event-sourcing';
import {
  ContactLinkedToCustomer, ContactPersonAdded, ContactUnlinkedFromCustomer, CoreContactDesignated, CoreContactReleased,
  CustomerBlacklisted, CustomerDeactivated, CustomerLocated, CustomerReactivated, CustomerRegistered, CustomerRemovedFromBlacklist,
  CustomerRenamed, CustomerReparented, CustomersMerged, CustomersUnmerged, CustomerStatusChanged, KeyAccountDesignated, KeyAccountReleased, ParentCustomerAssigned,
  ParentCustomerRemoved, PartyRoleGranted, PartyRoleRevoked, PreferredChannelSet,
  type Channel, type CustomerKind, type CustomerStatus, type PartyRole,
} from '#customers';
import {
  FollowUpCancelled, FollowUpDone, FollowUpScheduled, InteractionAttributed, InteractionCorrected, InteractionRecorded,
  RelationshipSentimentRecorded, TouchpointExperienceRated,
} from '#interactions';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned } from '#purchases';
import { felt, feltInstead, latest, withoutFeeling, type Feeling } from '../domain/feeling.js';
import { noFollowUps, withFollowUp, withoutFollowUp, type FollowUps } from '../domain/follow-ups.js';
import { noInteractions, withInteraction, withoutInteraction, type InteractionsSeen } from '../domain/interactions.js';
import { unregisteredAmong } from '../domain/unregistered.js';
import { afterCorrection, afterReturn, noPurchases, withPurchase, type PurchasesSeen } from '../domain/purchases.js';

/** Everything at a glance. Null: not known. */
export interface Customer360Row {
  customerId: string;
  name: string | null;
  kind: CustomerKind | null;
  /** `merged`: the same customer as `mergedInto`, whose row counts. */
  status: CustomerStatus | 'deactivated' | 'merged' | null;
  mergedInto?: string;
  registeredAt: string | null;
  location: { country: string; region?: string; city?: string } | null;
  preferredChannel: Channel | null;
  roles: readonly PartyRole[];
  keyAccount: boolean;
  blacklisted: boolean;
  parentId: string | null;
  contacts: { count: number; core: number };
  interactions: InteractionsSeen;
  feeling: Feeling | null;
  followUps: FollowUps;
  purchases: PurchasesSeen;
}

const nothingKnown: Customer360Row = {
  customerId: '', name: null, kind: null, status: null, registeredAt: null, location: null, preferredChannel: null,
  roles: [], keyAccount: false, blacklisted: false, parentId: null, contacts: { count: 0, core: 0 },
  interactions: noInteractions, feeling: null, followUps: noFollowUps, purchases: noPurchases,
};

/** The row with some fields changed. Every row has every field: copying objects of one shape is what keeps folding fast. */
const changed = <E>(change: (row: Customer360Row, event: RecordedEvent<E>, key: string) => Partial<Customer360Row>) =>
  (row: Customer360Row | undefined, event: RecordedEvent<E>, key: string): Customer360Row => {
    const before = row ?? { ...nothingKnown, customerId: key };
    return { ...before, ...change(before, event, key) };
  };

function withoutMerge({ mergedInto: _, ...row }: Customer360Row): Customer360Row {
  return row;
}

export const customer360 = view<Customer360Row>('customer_360', {
  version: 2,
  summary: 'Each customer at a glance: identity, standing, contacts, interactions, feeling, follow-ups and purchases.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service', 'partner'],
  personal: ['name', 'followUps.next.purpose'],
  record: '_id',
  indexes: [{ status: 1 }, { name: 1 }, { 'purchases.last': -1 }],
})
  .key(({ data }) => data.customerId)
  .on(CustomerRegistered, changed((_, { data: { name, kind, status }, occurredAt }) => ({ name, kind, status, registeredAt: occurredAt })))
  .on(CustomerRenamed, changed((_, { data: { name } }) => ({ name })))
  .on(CustomerStatusChanged, changed((_, { data: { status } }) => ({ status })))
  .on(CustomerDeactivated, changed(() => ({ status: 'deactivated' })))
  .on(CustomerReactivated, changed((_, { data: { status } }) => ({ status })))
  .on(CustomersMerged, changed((_, { data: { name, kind, intoCustomerId } }) => ({ name, kind, status: 'merged', mergedInto: intoCustomerId })))
  .on(CustomersUnmerged, (row, { data: { status } }) => row && { ...withoutMerge(row), status })
  .on(CustomerLocated, changed((_, { data: { customerId: __, ...location } }) => ({ location })))
  .on(PreferredChannelSet, changed((_, { data: { channel } }) => ({ preferredChannel: channel })))
  .on(PartyRoleGranted, changed(({ roles }, { data: { role } }) => ({ roles: [...roles.filter((held) => held !== role), role] })))
  .on(PartyRoleRevoked, changed(({ roles }, { data: { role } }) => ({ roles: roles.filter((held) => held !== role) })))
  .on(KeyAccountDesignated, changed(() => ({ keyAccount: true })))
  .on(KeyAccountReleased, changed(() => ({ keyAccount: false })))
  .on(CustomerBlacklisted, changed(() => ({ blacklisted: true })))
  .on(CustomerRemovedFromBlacklist, changed(() => ({ blacklisted: false })))
  .on(ParentCustomerAssigned, changed((_, { data: { parentId } }) => ({ parentId })))
  .on(CustomerReparented, changed((_, { data: { customerId, parentId } }) => ({ parentId: parentId === customerId ? null : parentId })))
  .on(ParentCustomerRemoved, changed(() => ({ parentId: null })))

  .on(ContactPersonAdded, changed((row) => contacts(row, 1, 0)))
  .on(ContactLinkedToCustomer, changed((row) => contacts(row, 1, 0)))
  .on(ContactUnlinkedFromCustomer, changed((row) => contacts(row, -1, 0)))
  .on(CoreContactDesignated, changed((row) => contacts(row, 0, 1)))
  .on(CoreContactReleased, changed((row) => contacts(row, 0, -1)))

  .on(InteractionRecorded, changed(({ interactions, feeling }, { data: { interactionId, channel, sentiment }, occurredAt: at }) => ({
    interactions: withInteraction(interactions, channel, at),
    feeling: sentiment === undefined ? feeling : latest(feeling, { sentiment, at, interactionId }),
  })))
  .on(InteractionCorrected, changed(({ interactions, feeling }, { data: { interactionId, former, facts } }) => ({
    interactions: withInteraction(withoutInteraction(interactions, former), facts.channel, facts.heldAt),
    feeling: feltInstead(feeling, interactionId, former, facts),
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

  .on(PurchaseRecorded, changed(({ purchases }, { data: { amount }, occurredAt }) => ({
    purchases: withPurchase(purchases, occurredAt, amount),
  })))
  .on(PurchaseReturned, changed(({ purchases }, { data }) => ({ purchases: afterReturn(purchases, data) })))
  .on(PurchaseCorrected, ({ data }) => [data.from.customerId, data.to.customerId], changed(({ purchases }, { data }, key) => ({
    purchases: afterCorrection(purchases, data, key),
  })))
  .report('unregistered', {
    summary: 'Customers of whom something was recorded and whom nobody has registered: how many, what, and those with the most first.',
    run: unregisteredAmong,
  });

const contacts = ({ contacts: { count, core } }: Customer360Row, people: number, coreContacts: number): Partial<Customer360Row> => ({
  contacts: { count: count + people, core: core + coreContacts },
});

/** The interaction of another customer came to this one. */
function gained({ interactions, feeling, followUps }: Customer360Row, { interactionId, facts, followUpOn }: InteractionAttributed): Partial<Customer360Row> {
  return {
    interactions: withInteraction(interactions, facts.channel, facts.heldAt),
    feeling: felt(feeling, interactionId, facts),
    followUps: followUpOn === undefined ? followUps : withFollowUp(followUps, { interactionId, followUpOn }, false),
  };
}

function lost({ interactions, feeling, followUps }: Customer360Row, { interactionId, facts, followUpOn }: InteractionAttributed): Partial<Customer360Row> {
  return {
    interactions: withoutInteraction(interactions, facts),
    feeling: withoutFeeling(feeling, interactionId),
    followUps: followUpOn === undefined ? followUps : withoutFollowUp(followUps, interactionId),
  };
}
