// class-transformer reads the types that TypeScript writes down.
import 'reflect-metadata';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsISO31661Alpha2, IsISO4217CurrencyCode, IsObject, Matches, Max, Min, ValidateNested, type ValidationOptions } from 'class-validator';
import { all } from './text.js';

/** An object that is validated by its class. `@IsNested(() => Address) address!: Address` */
export function IsNested(type: () => new () => object, options?: ValidationOptions): PropertyDecorator {
  return all(IsObject(options), ValidateNested(options), Type(type));
}

/**
 * A list of such objects, of 1 to 500 unless said otherwise. `@IsListOf(() => LineFields) lines!: LineFields[]`
 * `@ValidateNested` alone looks into a list within the list, as if that were an object.
 */
export function IsListOf(type: () => new () => object, { least = 1, most = 500 }: { least?: number; most?: number } = {}): PropertyDecorator {
  return all(IsArray(), ArrayMinSize(least), ArrayMaxSize(most), IsNested(type, { each: true }));
}

/** An amount of money: `{ "amount": 1999, "currency": "EUR" }` is 19.99 euros. */
export class Money {
  /** Integer, in minor units of the currency. */
  @IsInt({ message: '$property must be an integer of minor units: 1999 for 19.99' })
  @Min(Number.MIN_SAFE_INTEGER)
  @Max(Number.MAX_SAFE_INTEGER)
  amount!: number;

  /** ISO 4217. */
  @IsISO4217CurrencyCode({ message: '$property must be a currency of ISO 4217, such as "EUR"' })
  @Matches(/^[A-Z]{3}$/, { message: '$property must be three capital letters' })
  currency!: string;
}

/** {@link Money}. */
export const IsMoney = (options?: ValidationOptions) => IsNested(() => Money, options);

/** A country of ISO 3166-1, two capital letters. */
export function IsCountry(options?: ValidationOptions): PropertyDecorator {
  return all(
    IsISO31661Alpha2({ message: '$property must be a country of ISO 3166-1 with two letters, such as "CN"', ...options }),
    Matches(/^[A-Z]{2}$/, { message: '$property must be two capital letters', ...options }),
  );
}
