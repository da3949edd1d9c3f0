import { IsInt, IsNumber, IsOptional, Max, Min, ValidateBy } from 'class-validator';
import { IsNested, IsOccurredAt, Money } from '#event-sourcing/validation';

/** What every command of sales has. */
export abstract class SalesCommand {
  /** When it happened, where that was not now. */
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

/** Money of at least 0. */
export class AmountDue extends Money {
  // A field declared again inherits no validation, so all of it stands here.
  @IsInt({ message: '$property must be an integer of minor units: 1999 for 19.99' })
  @Min(0, { message: '$property must not be negative' })
  @Max(Number.MAX_SAFE_INTEGER)
  override amount!: number;
}

export const IsAmountDue = (): PropertyDecorator => IsNested(() => AmountDue);

/** From 0 to 100, with four decimals at the most. */
export const IsPercent = (): PropertyDecorator => all(IsNumber(), HasDecimals(4), Min(0), Max(100));

/** The library's own rule fails on numbers such as 1e-7. */
const HasDecimals = (most: number): PropertyDecorator =>
  ValidateBy({
    name: 'hasDecimals',
    validator: { validate: (value: unknown) => typeof value === 'number' && value === Number(value.toFixed(most)), defaultMessage: () => `$property must have ${most} decimals at the most` },
  });

/** A whole number of units. */
export const IsUnits = (): PropertyDecorator => all(IsInt(), Min(1), Max(1_000_000_000));

function all(...rules: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => rules.forEach((rule) => rule(target, property));
}
