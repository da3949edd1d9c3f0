import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.
// Nothing here may name the person: that is what was erased. Ids of persons stay, since counts and totals rest on them.

/** The grounds of Article 17 (1) of the GDPR. */
export const ERASURE_REASONS = ['request', 'no-longer-needed', 'consent-withdrawn', 'objection', 'unlawful-processing', 'legal-obligation', 'child'] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];

/** The key of a person is destroyed: what was sealed with it can be read by nobody any more. */
@DomainEvent()
export class PersonalDataErased {
  erasureId!: string;
  /** Named like its stream: `customer-42`. */
  @Plain() subject!: string;
  reason!: ErasureReason;
  /** Where the request is filed. */
  @Plain() reference?: string;
  /** Of the destroyed key; null where the person had none. */
  @Plain() keyFingerprint!: string | null;
}

/** What was erased, and how far it is proven. */
export interface ErasureCertificate {
  format: 'guanxi-erasure-certificate/1';
  erasureId: string;
  subject: string;
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
  /** Up to which position of the log each view had forgotten the person; views that do not run by then are in `notForgotten`. */
  forgotten: Record<string, number>;
  notForgotten: string[];
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
