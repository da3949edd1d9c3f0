import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsOptional } from 'class-validator';
import { Command, decide, event, invalid } from '#event-sourcing';
import { factsOf, isIsoDate, IsText } from '#event-sourcing/validation';
import { CHANNELS, type Channel } from '../domain/channels.js';
import { changeable, Customer, CustomerRenamed, unmerged } from '../domain/customer.js';
import {
  CONFLICT_FIELDS, CustomerDataConfirmed, CustomerDataMarkedStale, DATA_AREAS, FieldConflictResolved, SURVIVORSHIP_RULES, type ConflictField,
  type DataArea, type SurvivorshipRule,
} from '../domain/data-quality.js';
import { DemographicsRecorded } from '../domain/profile.js';
import { CustomerCommand } from './customer-command.js';

const AreAreas = (): PropertyDecorator => (target, property) => [IsArray(), ArrayNotEmpty(), ArrayUnique(), IsIn(DATA_AREAS, { each: true })].forEach((rule) => rule(target, property));

@Command({ summary: 'Says that what is known of a customer may be out of date.', allow: ['manager', 'sales', 'service'] })
export class MarkCustomerDataStale extends CustomerCommand {
  @AreAreas() areas!: DataArea[];
  @IsText(500) reason!: string;
}

export const markCustomerDataStale = decide(Customer, MarkCustomerDataStale, (command, state) => {
  const { stale } = changeable(state, command.customerId);
  const areas = command.areas.filter((area) => !stale.includes(area));
  return areas.length === 0 ? [] : event(CustomerDataMarkedStale, { ...factsOf(command), areas });
});

@Command({ summary: 'Says that what is known of a customer was checked and is right.', allow: ['manager', 'sales', 'service'] })
export class ConfirmCustomerData extends CustomerCommand {
  @AreAreas() areas!: DataArea[];
  /** How they were asked. */
  @IsOptional() @IsIn(CHANNELS) channel?: Channel;
  @IsOptional() @IsText(500) note?: string;
}

export const confirmCustomerData = decide(Customer, ConfirmCustomerData, (command, state) => {
  changeable(state, command.customerId);
  return event(CustomerDataConfirmed, factsOf(command));
});

@Command({ summary: 'Says which of several values of a field holds, by which rule, and keeps the others readable.', allow: ['manager', 'service'] })
export class ResolveFieldConflict extends CustomerCommand {
  @IsIn(CONFLICT_FIELDS) field!: ConflictField;
  /** What holds from now on. */
  @IsText(200) kept!: string;
  /** What other sources said. */
  @IsArray() @ArrayNotEmpty() @ArrayMaxSize(20) @IsText(200, { each: true }) rejected!: string[];
  @IsIn(SURVIVORSHIP_RULES) rule!: SurvivorshipRule;
  @IsOptional() @IsText(500) reason?: string;
}

export const resolveFieldConflict = decide(Customer, ResolveFieldConflict, (command, state) => {
  const { customerId, field, kept, rejected } = command;
  const { kind, name, demographics } = unmerged(changeable(state, customerId), customerId);
  if (rejected.includes(kept)) throw invalid('conflict-without-difference', 'What is kept is among what is rejected; leave it out there.');
  const resolved = event(FieldConflictResolved, factsOf(command));
  if (field === 'name') return name === kept ? resolved : [resolved, event(CustomerRenamed, { customerId, name: kept })];
  if (kind !== 'person') throw invalid('customer-not-person', `Customer ${customerId} is registered as ${kind}, which has no ${field}.`);
  if (field === 'birthDate' && !isIsoDate(kept)) throw invalid('birth-date-malformed', 'A birthDate is kept as a date that exists, such as 1980-05-31.');
  return demographics[field] === kept ? resolved : [resolved, event(DemographicsRecorded, { customerId, facts: { [field]: kept } })];
});
