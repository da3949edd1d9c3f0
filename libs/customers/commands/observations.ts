import { IsOptional } from 'class-validator';
import { Command, decide, event } from '#event-sourcing';
import { factsOf, IsId, IsKeyword, IsText } from '#event-sourcing/validation';
import { changeable, Customer } from '../domain/customer.js';
import { HabitObserved, PreferenceObserved } from '../domain/profile.js';
import { CustomerCommand } from './customer-command.js';

// The same observation again makes it surer: each is an event.

@Command({ summary: 'Records what a customer prefers.', allow: ['manager', 'sales', 'service'] })
export class ObservePreference extends CustomerCommand {
  /** What it is about: `delivery-time`, `colour`. */
  @IsKeyword() subject!: string;
  @IsText(500) preference!: string;
  /** Where it showed. */
  @IsOptional() @IsId() interactionId?: string;
}

export const observePreference = decide(Customer, ObservePreference, (command, state) => {
  changeable(state, command.customerId);
  return event(PreferenceObserved, factsOf(command));
});

@Command({ summary: 'Records what a customer is used to doing.', allow: ['manager', 'sales', 'service'] })
export class ObserveHabit extends CustomerCommand {
  /** What it is about: `ordering`, `payment`. */
  @IsKeyword() subject!: string;
  @IsText(500) habit!: string;
  /** Where it showed. */
  @IsOptional() @IsId() interactionId?: string;
}

export const observeHabit = decide(Customer, ObserveHabit, (command, state) => {
  changeable(state, command.customerId);
  return event(HabitObserved, factsOf(command));
});
