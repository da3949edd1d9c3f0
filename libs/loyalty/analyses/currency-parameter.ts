import { IsISO4217CurrencyCode, IsOptional, Matches } from 'class-validator';

const CURRENCY = { message: 'currency must be a currency of ISO 4217, such as "EUR"' };

/** Of analyses that look at purchases in one currency. */
export class CurrencyParameter {
  /** Left out: that of the loyalty policy in force. */
  @IsOptional() @Matches(/^[A-Z]{3}$/, CURRENCY) @IsISO4217CurrencyCode(CURRENCY) currency?: string;
}
