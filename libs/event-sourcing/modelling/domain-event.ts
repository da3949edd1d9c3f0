import type { RecordedEvent } from '../ports/event-store.js';

/** Any class; events and commands are told apart by their classes. */
export type Class<T = object> = new (...args: never[]) => T;

/** Lifts data of one schema version to the next. Pure. */
export type Upcast = (data: never) => object;

/**
 * Whose earlier events an event gives another meaning: documents that they touch are folded anew, from all their events
 * as they are to be read now.
 */
export interface Concern {
  /** All earlier events of these streams. */
  streams?: readonly string[];
  /** All earlier events that touch documents of these keys, or that an interpretation says are about these ids. */
  subjects?: readonly string[];
}

export interface DomainEventOptions {
  /** The name in the store. It is the storage format: never changed. Default: the class name. */
  name?: string;
  /** Schema version of what is appended from now on. Default 1. */
  version?: number;
  /** By the version that they start from: `{ 1: (v1) => v2, 2: (v2) => v3 }`; one for each version before the current. */
  upcast?: Readonly<Record<number, Upcast>>;
  /** Where the event changes what earlier ones mean, or how they can be read: whose. Pure. */
  reinterprets?: (event: RecordedEvent<never>) => Concern;
  /**
   * What was recorded in this stream before was about another person: paths of the fields with the ids of the one and of the
   * other. Where the stream is that of the one itself, both are the same person.
   */
  handsOver?: HandOver;
}

export interface HandOver {
  from: string;
  to: string;
}

export interface EventType<E = object> {
  name: string;
  version: number;
  upcast: Readonly<Record<number, Upcast>>;
  class: Class<E>;
  /** Fields that name or describe a person. */
  personal: readonly PersonalField[];
  /** Fields with text that names and describes nobody. */
  plain: readonly string[];
  reinterprets?: (event: RecordedEvent) => Concern;
  handsOver?: HandOver;
}

export interface PersonalField {
  field: string;
  /** Paths of the fields that hold the ids of those it is about; none where the default is meant. */
  subjects: readonly string[];
  /** Whether an event may name nobody there. */
  optional?: true;
}

/** An event that a decision made: not yet appended, without ids or times. */
export interface NewEvent<E = object> {
  type: EventType;
  data: E;
}

const eventTypes = new WeakMap<Class, EventType>();
const personalFields = new WeakMap<Class, PersonalField[]>();
const plainFields = new WeakMap<Class, string[]>();

/** Marks a class as an event. Its fields are the storage format: a changed meaning needs a new version and an upcaster. */
export function DomainEvent(options: DomainEventOptions = {}): ClassDecorator {
  return (target) => {
    const type = target as unknown as Class;
    const { name = type.name, version = 1, upcast = {}, reinterprets, handsOver } = options;
    for (let from = 1; from < version; from++) {
      if (!upcast[from]) throw new Error(`Event ${name} has version ${version} and no upcaster from version ${from}.`);
    }
    const fields = { personal: personalFields.get(type) ?? [], plain: plainFields.get(type) ?? [] };
    eventTypes.set(type, { name, version, upcast, class: type, ...fields, ...(reinterprets && { reinterprets: reinterprets as (event: RecordedEvent) => Concern }), ...(handsOver && { handsOver }) });
  };
}

export interface PersonalOptions {
  /**
   * Path of the field that holds the id of the person: `contactId`, `facts.contactId`. Of several, whoever of them is
   * named in the event; what is about two persons is gone with the first of them that is erased. `about.*`: of everybody
   * whose id the object `about` holds.
   */
  subject?: string | readonly string[];
  /** An event that names nobody holds nothing personal there: the field is stored as it is. Default: such an event is refused. */
  optional?: boolean;
}

/** Marks a field that names or describes a person: it is sealed for that person before it is stored. */
export function Personal({ subject = [], optional = false }: PersonalOptions = {}): PropertyDecorator {
  const subjects = typeof subject === 'string' ? [subject] : subject;
  return (prototype, field) => addTo(personalFields, prototype, { field: String(field), subjects, ...(optional && { optional }) });
}

/** Says that a field with text names and describes nobody. */
export function Plain(): PropertyDecorator {
  return (prototype, field) => addTo(plainFields, prototype, String(field));
}

function addTo<Value>(known: WeakMap<Class, Value[]>, prototype: object, value: Value): void {
  const type = prototype.constructor as Class;
  known.set(type, [...(known.get(type) ?? []), value]);
}

/** @throws Error the class is not marked with {@link DomainEvent}. */
export function eventTypeOf<E extends object>(type: Class<E>): EventType<E> {
  const found = eventTypes.get(type);
  if (!found) throw new Error(`${type.name} is not marked with @DomainEvent().`);
  return found as EventType<E>;
}

/** Tells whether a value is a class marked with {@link DomainEvent}. */
export function isDomainEvent(value: unknown): value is Class {
  return typeof value === 'function' && eventTypes.has(value as Class);
}

/** What a decision returns: this happened. `event(CustomerRenamed, { customerId, name })` */
export function event<E extends object>(type: Class<E>, data: NoInfer<E>): NewEvent<E> {
  return { type: eventTypeOf(type), data };
}
