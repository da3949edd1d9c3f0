import { aggregate, DomainEvent, notFound, Personal, wrongState } from '#event-sourcing';
import { CustomerAssigned, CustomerShared, CustomerUnshared, type Assignment } from './assignment.js';
import { type Channel } from './channels.js';
import { changed } from './facts.js';
import { CustomerDataConfirmed, CustomerDataMarkedStale, FieldConflictResolved, type DataArea } from './data-quality.js';
import { BranchOpened, CustomerReparented, ParentCustomerAssigned, ParentCustomerRemoved } from './hierarchy.js';
import { type CustomerKind, type CustomerStatus } from './kinds.js';
import { CustomersMerged, CustomersUnmerged } from './merge.js';
import {
  DemographicsRecorded, HabitObserved, OrganisationProfileRecorded, PreferenceObserved, ProductEvaluationRecorded, ProductInUseRecorded,
  ProductUseEnded, PsychographicsRecorded, type Demographics, type OrganisationProfile, type Psychographics,
} from './profile.js';
import {
  ConsentGranted, ConsentWithdrawn, ContactMethodAdded, ContactMethodRetired, CustomerAddressChanged, CustomerLocated, PreferredChannelSet,
  type Address, type ContactMethodType, type Location,
} from './reach.js';
import {
  CustomerBlacklisted, CustomerRemovedFromBlacklist, KeyAccountDesignated, KeyAccountReleased, PartyRoleGranted, PartyRoleRevoked,
  type PartyRole,
} from './standing.js';

// Names and fields of events are the storage format: changed only through an upcaster.

export { CUSTOMER_KINDS, CUSTOMER_STATUSES, type CustomerKind, type CustomerStatus } from './kinds.js';

@DomainEvent()
export class CustomerRegistered {
  customerId!: string;
  kind!: CustomerKind;
  @Personal() name!: string;
  status!: CustomerStatus;
}

@DomainEvent()
export class CustomerRenamed {
  customerId!: string;
  @Personal() name!: string;
}

@DomainEvent()
export class CustomerStatusChanged {
  customerId!: string;
  formerStatus!: CustomerStatus;
  status!: CustomerStatus;
  @Personal() reason?: string;
}

@DomainEvent()
export class CustomerDeactivated {
  customerId!: string;
  @Personal() reason!: string;
}

@DomainEvent()
export class CustomerReactivated {
  customerId!: string;
  /** The status that it had before it was deactivated, and has again. */
  status!: CustomerStatus;
  @Personal() reason!: string;
}

export type ProductInUse = Omit<ProductInUseRecorded, 'customerId'>;

export interface ContactMethod {
  contactMethodId: string;
  type: ContactMethodType;
  value: string;
  label?: string;
  retired: boolean;
}

export interface Consent {
  purpose: string;
  channel: Channel;
  /** False: withdrawn, or objected to before it was ever given. */
  granted: boolean;
}

/** A customer of whom something is known. */
export interface KnownCustomer {
  kind: CustomerKind;
  name: string;
  status: CustomerStatus;
  deactivated: boolean;
  demographics: Demographics;
  psychographics: Psychographics;
  organisation: OrganisationProfile;
  productsInUse: ProductInUse[];
  contactMethods: ContactMethod[];
  address?: Address;
  location?: Location;
  preferredChannel?: Channel;
  consents: Consent[];
  parentId?: string;
  roles: PartyRole[];
  blacklisted: boolean;
  keyAccount: boolean;
  assignment: Assignment;
  sharedWith: string[];
  /** What may be out of date. */
  stale: DataArea[];
  /** The customer that it is the same as. */
  mergedInto?: string;
}

/** Null: nobody was registered under this id. */
export type CustomerState = KnownCustomer | null;

const registered = ({ kind, name, status }: CustomerRegistered): KnownCustomer => ({
  kind, name, status, deactivated: false, demographics: {}, psychographics: {}, organisation: {}, productsInUse: [],
  contactMethods: [], consents: [], roles: [], blacklisted: false, keyAccount: false,
  assignment: {}, sharedWith: [], stale: [],
});

/** A fold of an event that only a registered customer can have. */
const of = <E>(evolve: (customer: KnownCustomer, event: E) => Partial<KnownCustomer>) => (customer: CustomerState, event: E): CustomerState =>
  customer && { ...customer, ...evolve(customer, event) };

const unchanged = (customer: CustomerState): CustomerState => customer;

function decided(consents: Consent[], last: Consent): Consent[] {
  return [...consents.filter(({ purpose, channel }) => purpose !== last.purpose || channel !== last.channel), last];
}

function withoutParent(customer: CustomerState): CustomerState {
  if (!customer) return customer;
  const { parentId: _, ...rest } = customer;
  return rest;
}

function withoutMerge(customer: CustomerState): CustomerState {
  if (!customer) return customer;
  const { mergedInto: _, ...rest } = customer;
  return rest;
}

export const Customer = aggregate<'customer', CustomerState>('customer', null)
  .on(CustomerRegistered, (_, event) => registered(event))
  .on(CustomerRenamed, of((_, { name }) => ({ name })))
  .on(CustomerStatusChanged, of((_, { status }) => ({ status })))
  .on(CustomerDeactivated, of(() => ({ deactivated: true })))
  .on(CustomerReactivated, of((_, { status }) => ({ status, deactivated: false })))

  .on(DemographicsRecorded, of((customer, { facts }) => ({ demographics: changed(customer.demographics, facts) })))
  .on(PsychographicsRecorded, of((customer, { facts }) => ({ psychographics: changed(customer.psychographics, facts) })))
  .on(OrganisationProfileRecorded, of((customer, { facts }) => ({ organisation: changed(customer.organisation, facts) })))
  .on(ProductInUseRecorded, of(({ productsInUse }, { customerId: _, ...use }) => ({
    productsInUse: [...productsInUse.filter(({ product }) => product !== use.product), use],
  })))
  .on(ProductUseEnded, of(({ productsInUse }, { product }) => ({ productsInUse: productsInUse.filter((use) => use.product !== product) })))
  .on(ProductEvaluationRecorded, unchanged)
  .on(PreferenceObserved, unchanged)
  .on(HabitObserved, unchanged)

  .on(ContactMethodAdded, of(({ contactMethods }, { customerId: _, ...method }) => ({ contactMethods: [...contactMethods, { ...method, retired: false }] })))
  .on(ContactMethodRetired, of(({ contactMethods }, { contactMethodId }) => ({
    contactMethods: contactMethods.map((method) => (method.contactMethodId === contactMethodId ? { ...method, retired: true } : method)),
  })))
  .on(CustomerAddressChanged, of((_, { address }) => ({ address })))
  .on(CustomerLocated, of((_, { customerId: __, ...location }) => ({ location })))
  .on(PreferredChannelSet, of((_, { channel }) => ({ preferredChannel: channel })))
  .on(ConsentGranted, of(({ consents }, { purpose, channel }) => ({ consents: decided(consents, { purpose, channel, granted: true }) })))
  .on(ConsentWithdrawn, of(({ consents }, { purpose, channel }) => ({ consents: decided(consents, { purpose, channel, granted: false }) })))

  .on(ParentCustomerAssigned, of((_, { parentId }) => ({ parentId })))
  .on(CustomerReparented, of((_, { parentId }) => ({ parentId })))
  .on(ParentCustomerRemoved, withoutParent)
  .on(BranchOpened, unchanged)

  .on(PartyRoleGranted, of(({ roles }, { role }) => ({ roles: [...roles, role] })))
  .on(PartyRoleRevoked, of(({ roles }, { role }) => ({ roles: roles.filter((held) => held !== role) })))
  .on(CustomerBlacklisted, of(() => ({ blacklisted: true })))
  .on(CustomerRemovedFromBlacklist, of(() => ({ blacklisted: false })))
  .on(KeyAccountDesignated, of(() => ({ keyAccount: true })))
  .on(KeyAccountReleased, of(() => ({ keyAccount: false })))

  .on(FieldConflictResolved, unchanged)
  .on(CustomerDataMarkedStale, of(({ stale }, { areas }) => ({ stale: [...stale, ...areas] })))
  .on(CustomerDataConfirmed, of(({ stale }, { areas }) => ({ stale: stale.filter((area) => !areas.includes(area)) })))

  .on(CustomersMerged, of((_, { intoCustomerId }) => ({ mergedInto: intoCustomerId })))
  .on(CustomersUnmerged, withoutMerge)

  .on(CustomerAssigned, of((_, { assignment }) => ({ assignment })))
  .on(CustomerShared, of((customer, { sharedWith }) => ({ sharedWith: [...customer.sharedWith, sharedWith] })))
  .on(CustomerUnshared, of((customer, { sharedWith }) => ({ sharedWith: customer.sharedWith.filter((each) => each !== sharedWith) })))
  .snapshot({ every: 100, version: 3 });

/** @throws Rejection `customer-not-found` */
export function known(customer: CustomerState, customerId: string): KnownCustomer {
  if (!customer) throw notFound('customer-not-found', `There is no customer ${customerId}; register it first, or correct the id.`);
  return customer;
}

/** @throws Rejection `customer-not-found`, or `customer-deactivated`: only a reactivation is accepted then. */
export function changeable(customer: CustomerState, customerId: string): KnownCustomer {
  const found = known(customer, customerId);
  if (found.deactivated) throw wrongState('customer-deactivated', `Customer ${customerId} is deactivated; reactivate it before changing it.`);
  return found;
}

/** @throws Rejection `customer-merged`: its own record is set aside, and that of another counts. */
export function unmerged<C extends KnownCustomer>(customer: C, customerId: string): C {
  const { mergedInto } = customer;
  if (mergedInto === undefined) return customer;
  throw wrongState('customer-merged', `Customer ${customerId} is merged into ${mergedInto}; send this for ${mergedInto}, or unmerge them first.`, { mergedInto });
}
