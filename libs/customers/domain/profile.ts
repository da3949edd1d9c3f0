import { DomainEvent, Personal, Plain } from '#event-sourcing';
import { type Changes, type Money } from './facts.js';

// Names and fields of events are the storage format: changed only through an upcaster.
// Free text is personal: people write names in it.

/** Who the customer is as a person. */
export interface Demographics {
  birthDate?: string;
  gender?: string;
  maritalStatus?: string;
  householdSize?: number;
  children?: number;
  education?: string;
  occupation?: string;
  /** In one year. */
  income?: Money;
  language?: string;
  nationality?: string;
}

/** How the customer lives, thinks and decides. */
export interface Psychographics {
  lifestyle?: string;
  personality?: string;
  values?: string[];
  interests?: string[];
  attitudes?: string[];
  buyingMotive?: string;
}

export interface OrganisationProfile {
  legalForm?: string;
  industry?: string;
  registrationNumber?: string;
  taxNumber?: string;
  foundedOn?: string;
  employees?: number;
  /** In one year. */
  revenue?: Money;
  website?: string;
  description?: string;
}

@DomainEvent()
export class DemographicsRecorded {
  customerId!: string;
  @Personal() facts!: Changes<Demographics>;
}

@DomainEvent()
export class PsychographicsRecorded {
  customerId!: string;
  @Personal() facts!: Changes<Psychographics>;
}

@DomainEvent()
export class OrganisationProfileRecorded {
  customerId!: string;
  // Of a sole trader it names a person.
  @Personal() facts!: Changes<OrganisationProfile>;
}

@DomainEvent()
export class ProductInUseRecorded {
  customerId!: string;
  /** The firm's own product or a competitor's. */
  @Plain() product!: string;
  /** Who supplies it, where that is somebody else. */
  @Plain() supplier?: string;
  quantity?: number;
  /** Date. */
  since?: string;
}

@DomainEvent()
export class ProductUseEnded {
  customerId!: string;
  @Plain() product!: string;
  @Plain() replacedBy?: string;
  @Personal() reason?: string;
}

@DomainEvent()
export class ProductEvaluationRecorded {
  customerId!: string;
  @Plain() product!: string;
  /** −2 very bad … +2 very good. */
  rating!: number;
  @Personal() comment?: string;
}

@DomainEvent()
export class PreferenceObserved {
  customerId!: string;
  /** What it is about: `delivery-time`, `colour`. */
  @Plain() subject!: string;
  @Personal() preference!: string;
  /** Where it showed. */
  interactionId?: string;
}

@DomainEvent()
export class HabitObserved {
  customerId!: string;
  /** What it is about: `ordering`, `payment`. */
  @Plain() subject!: string;
  @Personal() habit!: string;
  /** Where it showed. */
  interactionId?: string;
}
