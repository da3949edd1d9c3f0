import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';

/** Letters and digits in lower case without accents, words in alphabetical order: `Wei, Lǐ` is `li wei`. */
export function normalisedName(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).sort().join(' ');
}

/** Local parts are compared without regard to case, as mail systems do in practice. */
export const normalisedEmail = (email: string): string => email.normalize('NFKC').trim().toLowerCase();

/**
 * E.164 where the number is one of a known country, otherwise its digits.
 * @param country ISO 3166-1, two letters: of numbers without a country code.
 * @returns undefined where there are too few digits to tell anybody by.
 */
export function normalisedPhone(number: string, country?: string): string | undefined {
  const parsed = parsePhoneNumberFromString(number, country as CountryCode | undefined);
  if (parsed?.isValid()) return parsed.number;
  const digits = number.replaceAll(/\D/g, '');
  return digits.length >= FEWEST_DIGITS ? digits : undefined;
}

const FEWEST_DIGITS = 6;
