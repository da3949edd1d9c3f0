import { IsInt, Max, Min } from 'class-validator';
import { IsNested, IsText, Money } from '#event-sourcing/validation';

/** Money that was paid: 0 is allowed (a gift, a sample), less is not. */
export class PaidMoney extends Money {
  // A field declared again inherits no validation, so all of it stands here.
  @IsInt({ message: '$property must be an integer of minor units: 1999 for 19.99' })
  @Max(Number.MAX_SAFE_INTEGER)
  @Min(0, { message: '$property must not be negative; record what went back with ReturnPurchase' })
  override amount!: number;
}

export const IsPaidMoney = () => IsNested(() => PaidMoney);

/** At least one unit. */
export function IsUnits(): PropertyDecorator {
  const rules = [IsInt(), Min(1), Max(1_000_000_000)];
  return (target, property) => rules.forEach((rule) => rule(target, property));
}

export class ReturnedItemFields {
  @IsText(200) product!: string;
  @IsUnits() quantity!: number;
}
