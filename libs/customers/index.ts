// What other contexts may know of customers: their events, the words in them, and whether business may be done with one.
export {
  known as knownCustomer,
  Customer, CUSTOMER_KINDS, CUSTOMER_STATUSES,
  CustomerDeactivated, CustomerReactivated, CustomerRegistered, CustomerRenamed, CustomerStatusChanged,
  type CustomerKind, type CustomerState, type CustomerStatus,
} from './domain/customer.js';
export { dealable } from './domain/dealing.js';
export { mailAddressOf, mailAddressOfContact } from './domain/mail-address.js';
export {
  DemographicsRecorded, HabitObserved, OrganisationProfileRecorded, PreferenceObserved,
  ProductEvaluationRecorded, ProductInUseRecorded, ProductUseEnded, PsychographicsRecorded,
  type Demographics, type OrganisationProfile, type Psychographics,
} from './domain/profile.js';
export {
  CONTACT_METHODS,
  ConsentGranted, ConsentWithdrawn, ContactMethodAdded, ContactMethodRetired,
  CustomerAddressChanged, CustomerLocated, PreferredChannelSet,
  type Address, type ContactMethodType, type Location,
} from './domain/reach.js';
export {
  below, BRANCH_TYPES, BranchOpened, childrenAmong, CustomerReparented, cyclesAmong, ParentCustomerAssigned, ParentCustomerRemoved, subtreeOf,
  type BranchType, type Place, type Subtree,
} from './domain/hierarchy.js';
export {
  CustomerBlacklisted, CustomerRemovedFromBlacklist, KeyAccountDesignated, KeyAccountReleased,
  PARTY_ROLES, PartyRoleGranted, PartyRoleRevoked,
  type PartyRole,
} from './domain/standing.js';
export {
  Contact, ContactBirthdayRecorded, ContactFamilySituationRecorded, ContactHobbyRecorded, ContactLinkedToCustomer, ContactPersonAdded,
  ContactPersonUpdated, ContactUnlinkedFromCustomer, CoreContactDesignated, CoreContactReleased,
  RELATIONSHIP_GRADES, RelationshipGradeAssigned,
  type ContactState, type FamilySituation, type RelationshipGrade,
} from './domain/contact.js';
export { CustomerAssigned, CustomerShared, CustomerUnshared, entersTerritory, reassigned, type Assignment, type RuleCited } from './domain/assignment.js';
export { CustomerImportCompleted, CustomerImportReverted, CustomerImportStarted, ImportBatch, type ImportBatchState } from './domain/import-batch.js';
export { mergedCustomers, CustomersMerged, CustomersUnmerged, survivorsAfter } from './domain/merge.js';
export {
  CONFLICT_FIELDS, CustomerDataConfirmed, CustomerDataMarkedStale, DATA_AREAS, FieldConflictResolved, SURVIVORSHIP_RULES,
  type ConflictField, type DataArea, type SurvivorshipRule,
} from './domain/data-quality.js';
export { DUPLICATE_GROUNDS, type DuplicateGround } from './domain/duplicate.js';
export { PutCustomerInTerritory } from './commands/assignment.js';
export { ChangeCustomerStatus } from './commands/lifecycle.js';
export { SuspectDuplicate } from './commands/duplicates.js';
export { CHANNELS, type Channel } from './domain/channels.js';
export { changed, type Changes } from './domain/facts.js';
export { customerAssignments } from './views/customer-assignments.view.js';
export { customersView } from './views/customers.view.js';
