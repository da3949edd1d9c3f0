import { aggregate, DomainEvent, interpretation, Plain, type RecordedEvent } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.
// Nothing here may name the person: that is what was erased. Ids of persons stay, since counts and totals rest on them.

/** The grounds of Article 17 (1) of the GDPR. */
export const ERASURE_REASONS = ['request', 'no-longer-needed', 'consent-withdrawn', 'objection', 'unlawful-processing', 'legal-obligation', 'child'] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];

/** Events that were recorded for others and turned out to be about the person. Their texts are sealed with the others' keys, and shown to nobody. */
export interface Withheld {
  streams: readonly string[];
  positions: readonly number[];
}

/** The key of a person is destroyed: what was sealed with it can be read by nobody any more. */
@DomainEvent({ reinterprets: ({ data }: RecordedEvent<PersonalDataErased>) => ({ subjects: [idOf(data.subject)], ...(data.withheld && { streams: data.withheld.streams }) }) })
export class PersonalDataErased {
  erasureId!: string;
  /** Named like its stream: `customer-42`. */
  @Plain() subject!: string;
  reason!: ErasureReason;
  /** Where the request is filed. */
  @Plain() reference?: string;
  /** Of the destroyed key; null where the person had none. */
  @Plain() keyFingerprint!: string | null;
  @Plain() withheld?: Withheld;
}

/** The id of a subject: `42` of `customer-42`. */
export const idOf = (subject: string): string => subject.slice(subject.indexOf('-') + 1);

const NAMES_A_PERSON = /(customer|contact|lead)Id$/i;

/** The ids of all persons whom the data of an event names, at its top or one step below. */
export function personsIn({ data }: { data: object }): string[] {
  const persons: string[] = [];
  for (const [field, value] of Object.entries(data) as [string, unknown][]) {
    if (typeof value === 'string') {
      if (NAMES_A_PERSON.test(field)) persons.push(value);
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [inner, id] of Object.entries(value) as [string, unknown][]) if (typeof id === 'string' && NAMES_A_PERSON.test(inner)) persons.push(id);
    }
  }
  return persons;
}

/**
 * The ids of all persons whom something names, by their fields, so that what a process knows of them can be sealed. A second
 * one in a field of the same name has `also` before it.
 */
export function personIdsIn(data: object): Record<string, string> {
  const found: Record<string, string> = {};
  const add = (field: string, id: string): void => {
    if (found[field] !== undefined && found[field] !== id) add(`also${field[0]!.toUpperCase()}${field.slice(1)}`, id);
    else found[field] = id;
  };
  for (const [field, value] of Object.entries(data) as [string, unknown][]) {
    const inner = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [[field, value]];
    for (const [name, id] of inner as [string, unknown][]) if (typeof id === 'string' && NAMES_A_PERSON.test(name)) add(name, id);
  }
  return found;
}

/** What was sealed for the erased reads as erased, by itself; this has every event found that names a person. */
export const erasures = interpretation({ of: [PersonalDataErased], subjects: personsIn, reading: () => ({ read: (event) => event }) });

/** What was erased, and how far it is proven. */
export interface ErasureCertificate {
  format: 'guanxi-erasure-certificate/1';
  erasureId: string;
  subject: string;
  /** Other names of the same person, erased with it: each has a certificate of its own. Missing where there is none. */
  alsoKnownAs?: readonly string[];
  orderedAt: string;
  orderedBy: string;
  reason: ErasureReason;
  reference?: string;
  /** Of the destroyed key; null where the person had none. */
  keyFingerprint: string | null;
  /** The event that records the erasure. */
  event: { id: string; position: number };
  certifiedAt: string;
  /** Events of the log that tell of the person, up to the erasure. */
  events: number;
  /** Those whose personal fields were sealed, and are unreadable now. */
  sealedEvents: number;
  /** Positions of events that were stored with plain personal fields, before there were seals: the log still holds them. */
  plainEvents: number[];
  /** Positions of events that were recorded for others, whose keys can still open them: nobody is shown their texts. Missing where there is none. */
  withheldEvents?: readonly number[];
  /** The position of the log at which each view had forgotten the person. */
  forgotten: Record<string, number>;
  snapshotsDropped: number;
  /** The signed head of the log after the erasure, where there is an audit key. */
  logHead?: string;
}

/** Everything that kept the person is cleaned, and this says so. */
@DomainEvent()
export class ErasureCertified {
  erasureId!: string;
  @Plain() subject!: string;
  @Plain() certificate!: ErasureCertificate;
  /** Ed25519 by the audit key over the canonical JSON (RFC 8785) of the certificate, base64; missing without an audit key. */
  @Plain() signature?: string;
  /** The key that made the signature. */
  @Plain() publicKey?: string;
}

/** Null: this person was not erased. */
export type ErasureState = { erasureId: string; certified: boolean } | null;

export const Erasure = aggregate<'erasure', ErasureState>('erasure', null)
  .on(PersonalDataErased, (_, { erasureId }) => ({ erasureId, certified: false }))
  .on(ErasureCertified, (erasure, { erasureId }) => ({ ...erasure, erasureId, certified: true }));
