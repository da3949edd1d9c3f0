import { IsIn, IsOptional } from 'class-validator';
import { Command, decide, event, invalid, notFound, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsMoment, IsMoney, IsOccurredAt, IsText, type Money } from '#event-sourcing/validation';
import { Binding, BINDING_KINDS, BindingFactorAdded, BindingFactorRemoved, type BindingKind } from '../domain/bindings.js';

@Command({ summary: 'Records what leaving would cost a customer: a contract, work to switch, prepaid issues.', allow: ['sales', 'service', 'manager'] })
export class AddBindingFactor {
  @IsId() bindingId!: string;
  @IsId() customerId!: string;
  @IsIn(BINDING_KINDS) kind!: BindingKind;
  @IsMoney() cost!: Money;
  /** How it is known. */
  @IsText(500) source!: string;
  @IsOptional() @IsMoment() until?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const addBindingFactor = decide(Binding, AddBindingFactor, (command, { status }) => {
  if (status !== 'unknown') throw wrongState('binding-already-known', `Binding ${command.bindingId} is known already; give another one an id of its own.`);
  if (command.cost.amount < 0) throw invalid('exit-cost-below-zero', 'What leaving costs is 0 or more.');
  const { until, ...facts } = factsOf(command);
  return event(BindingFactorAdded, { ...facts, ...(until !== undefined && { until: new Date(until).toISOString() }) });
});

@Command({ summary: 'Records that something binds a customer no longer.', allow: ['sales', 'service', 'manager'] })
export class RemoveBindingFactor {
  @IsId() bindingId!: string;
  @IsText(500) reason!: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const removeBindingFactor = decide(Binding, RemoveBindingFactor, (command, binding) => {
  if (binding.status === 'unknown') throw notFound('binding-not-found', `There is no binding ${command.bindingId}; add it first, or correct the id.`);
  return binding.status === 'removed' ? [] : event(BindingFactorRemoved, { ...factsOf(command), customerId: binding.customerId });
});
