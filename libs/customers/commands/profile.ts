import { isDeepStrictEqual } from 'node:util';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsUrl, Max, Min } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsCountry, IsIsoDate, IsMoney, IsNested, IsText, Money } from '#event-sourcing/validation';
import { changeable, Customer, type CustomerKind, type CustomerState } from '../domain/customer.js';
import { changed } from '../domain/facts.js';
import { DemographicsRecorded, OrganisationProfileRecorded, PsychographicsRecorded } from '../domain/profile.js';
import { CustomerCommand } from './customer-command.js';

/** Left out: stays as it is. Null: no longer known. */
export class DemographicFacts {
  @IsOptional() @IsIsoDate() birthDate?: string | null;
  @IsOptional() @IsText(50) gender?: string | null;
  @IsOptional() @IsText(50) maritalStatus?: string | null;
  @IsOptional() @IsInt() @Min(1) @Max(1000) householdSize?: number | null;
  @IsOptional() @IsInt() @Min(0) @Max(100) children?: number | null;
  @IsOptional() @IsText(100) education?: string | null;
  @IsOptional() @IsText(100) occupation?: string | null;
  /** In one year. */
  @IsOptional() @IsMoney() income?: Money | null;
  @IsOptional() @IsText(35) language?: string | null;
  @IsOptional() @IsCountry() nationality?: string | null;
}

@Command({ summary: 'Records who a customer is as a person.', allow: ['manager', 'sales', 'service'] })
export class RecordDemographics extends CustomerCommand {
  @IsNested(() => DemographicFacts) facts!: DemographicFacts;
}

export const recordDemographics = decide(Customer, RecordDemographics, (command, state) => {
  const { demographics } = ofKind('person', state, command.customerId);
  const data = factsOf(command);
  return isDeepStrictEqual(changed(demographics, data.facts), demographics) ? [] : event(DemographicsRecorded, data);
});

/** Left out: stays as it is. Null: no longer known. */
export class PsychographicFacts {
  @IsOptional() @IsText(200) lifestyle?: string | null;
  @IsOptional() @IsText(200) personality?: string | null;
  @IsOptional() @IsArray() @ArrayMaxSize(50) @IsText(100, { each: true }) values?: string[] | null;
  @IsOptional() @IsArray() @ArrayMaxSize(50) @IsText(100, { each: true }) interests?: string[] | null;
  @IsOptional() @IsArray() @ArrayMaxSize(50) @IsText(100, { each: true }) attitudes?: string[] | null;
  @IsOptional() @IsText(200) buyingMotive?: string | null;
}

@Command({ summary: 'Records how a customer lives, thinks and decides.', allow: ['manager', 'sales', 'service'] })
export class RecordPsychographics extends CustomerCommand {
  @IsNested(() => PsychographicFacts) facts!: PsychographicFacts;
}

export const recordPsychographics = decide(Customer, RecordPsychographics, (command, state) => {
  const { psychographics } = ofKind('person', state, command.customerId);
  const data = factsOf(command);
  return isDeepStrictEqual(changed(psychographics, data.facts), psychographics) ? [] : event(PsychographicsRecorded, data);
});

/** Left out: stays as it is. Null: no longer known. */
export class OrganisationFacts {
  @IsOptional() @IsText(100) legalForm?: string | null;
  @IsOptional() @IsText(100) industry?: string | null;
  @IsOptional() @IsText(50) registrationNumber?: string | null;
  @IsOptional() @IsText(50) taxNumber?: string | null;
  @IsOptional() @IsIsoDate() foundedOn?: string | null;
  @IsOptional() @IsInt() @Min(0) @Max(100_000_000) employees?: number | null;
  /** In one year. */
  @IsOptional() @IsMoney() revenue?: Money | null;
  @IsOptional() @IsUrl() website?: string | null;
  @IsOptional() @IsText(2000) description?: string | null;
}

@Command({ summary: 'Records the particulars of an organisation.', allow: ['manager', 'sales', 'service'] })
export class RecordOrganisationProfile extends CustomerCommand {
  @IsNested(() => OrganisationFacts) facts!: OrganisationFacts;
}

export const recordOrganisationProfile = decide(Customer, RecordOrganisationProfile, (command, state) => {
  const { organisation } = ofKind('organisation', state, command.customerId);
  const data = factsOf(command);
  return isDeepStrictEqual(changed(organisation, data.facts), organisation) ? [] : event(OrganisationProfileRecorded, data);
});

function ofKind(kind: CustomerKind, state: CustomerState, customerId: string) {
  const customer = changeable(state, customerId);
  if (customer.kind === kind) return customer;
  throw wrongState(`customer-not-${kind}`, `Customer ${customerId} is registered as ${customer.kind}; this can only be recorded of one that is registered as ${kind}.`);
}
