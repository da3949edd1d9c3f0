import { DomainEvent, interpretation, Personal, withData, type RecordedEvent } from '#event-sourcing';
import type { CustomerKind, CustomerStatus } from './kinds.js';

// Names and fields of events are the storage format: changed only through an upcaster.

const bothIds = ({ data }: RecordedEvent<CustomersMerged | CustomersUnmerged>) => ({ subjects: [data.customerId, data.intoCustomerId] });

/** Two customers are one: what was and will be recorded for the one counts for the other, until they are unmerged. */
@DomainEvent({ reinterprets: bothIds })
export class CustomersMerged {
  /** Whose own record is set aside. */
  customerId!: string;
  /** Who stays. */
  intoCustomerId!: string;
  kind!: CustomerKind;
  @Personal() name!: string;
  @Personal() reason!: string;
}

/** They were two after all: everything counts for whom it was recorded. */
@DomainEvent({ reinterprets: bothIds })
export class CustomersUnmerged {
  customerId!: string;
  /** Into whom it was merged. */
  intoCustomerId!: string;
  /** Of the customer's own record, which counts again. */
  status!: CustomerStatus | 'deactivated';
  @Personal() reason!: string;
}

/** They speak of the ids as such, whoever is found under them. */
const OF_THE_IDS = ['CustomersMerged', 'CustomersUnmerged', 'DuplicateSuspected', 'DuplicateDismissed'];

/** What makes up the record of a customer itself. While it is merged, that of whom it was merged into counts alone. */
const OF_THE_RECORD = [
  'CustomerRegistered', 'CustomerRenamed', 'CustomerStatusChanged', 'CustomerDeactivated', 'CustomerReactivated',
  'BranchOpened', 'ParentCustomerAssigned', 'ParentCustomerRemoved', 'CustomerReparented',
];

/** Fields of events of any context that hold the id of a customer: `customerId`, `formerCustomerId`, `parentId` … */
const isReference = (field: string): boolean => REFERENCES.has(field) || field.endsWith('CustomerId');
const REFERENCES = new Set(['customerId', 'parentId', 'formerParentId']);

export const mergedCustomers = interpretation({
  of: [CustomersMerged, CustomersUnmerged],
  subjects: ({ data }) => [...customersIn(data)],
  reading: (events) => {
    const survivors = survivorsAfter(events as readonly RecordedEvent<CustomersMerged>[]);
    const survivorOf = (id: string) => survivors.get(id) ?? id;
    return {
      read: (event) => read(event, survivors, survivorOf),
      sameAs: (id) => [id, ...[...survivors].flatMap(([merged, survivor]) => (survivor === id ? [merged] : []))],
    };
  },
});

/** In whom each merged customer is found in the end. A merge that would close a ring has no effect: two at once may do that. */
export function survivorsAfter(events: readonly Pick<RecordedEvent<CustomersMerged>, 'type' | 'data'>[]): ReadonlyMap<string, string> {
  const into = new Map<string, string>();
  const end = (id: string): string => (into.has(id) ? end(into.get(id)!) : id);
  for (const { type, data: { customerId, intoCustomerId } } of events) {
    if (type === 'CustomersUnmerged') into.delete(customerId);
    else if (end(intoCustomerId) !== customerId) into.set(customerId, intoCustomerId);
  }
  return new Map([...into.keys()].map((id) => [id, end(id)]));
}

function read(event: RecordedEvent, survivors: ReadonlyMap<string, string>, survivorOf: (id: string) => string): RecordedEvent | undefined {
  if (OF_THE_IDS.includes(event.type) || survivors.size === 0) return event;
  const data = replaced(event.data as Fields, survivorOf);
  if (data === event.data) return event;
  if (OF_THE_RECORD.includes(event.type) && survivors.has((event.data as { customerId: string }).customerId)) return undefined;
  return goesNowhere(data) ? undefined : withData(event, data);
}

/** What went from one customer to another goes nowhere where both are one, and nobody is their own parent. */
function goesNowhere({ customerId, formerCustomerId, parentId, formerParentId }: Fields): boolean {
  if (formerCustomerId !== undefined && formerCustomerId === customerId) return true;
  if (formerParentId !== undefined) return formerParentId === parentId;
  return parentId !== undefined && parentId === customerId;
}

type Fields = Record<string, unknown>;

/** The data with other ids of customers; the same where none is another. */
function replaced(data: Fields, idFor: (id: string) => string): Fields {
  let copy: Fields | undefined;
  for (const [field, value] of Object.entries(data)) {
    const other = typeof value === 'string' ? (isReference(field) ? idFor(value) : value) : isFields(value) ? replaced(value, idFor) : value;
    if (other !== value) (copy ??= { ...data })[field] = other;
  }
  return copy ?? data;
}

function customersIn(data: object, found = new Set<string>()): Set<string> {
  for (const [field, value] of Object.entries(data)) {
    if (typeof value === 'string') {
      if (isReference(field)) found.add(value);
    } else if (isFields(value)) customersIn(value, found);
  }
  return found;
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
