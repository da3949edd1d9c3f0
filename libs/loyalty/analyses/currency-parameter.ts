import { IsISO4217CurrencyCode, IsOptional } from 'class-validator';

/** Of analyses that look at purchases in one currency. */
export class CurrencyParameter {
  /** Left out: that of the loyalty policy in force. */
  @IsOptional() @IsISO4217CurrencyCode({ message: 'currency must be a currency of ISO 4217, such as "EUR"' }) currency?: string;
}
