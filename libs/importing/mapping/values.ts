import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import { boundedCache } from '#event-sourcing';

/** A value of a row is not what the mapping says it is; the message tells what it should be. */
export class BadValue extends Error {
  override readonly name = 'BadValue';
}

interface Decimal {
  negative: boolean;
  whole: string;
  /** Without zeros at its end. */
  fraction: string;
}

/** How numbers are written: `1.234,50` has the decimal sign `,` and the thousands sign `.`. */
export class NumberStyle {
  private readonly pattern: RegExp;

  constructor(
    private readonly decimal: '.' | ',' = '.',
    private readonly thousands?: string,
  ) {
    const groups = thousands === undefined ? '' : `|\\d{1,3}(?:${escaped(thousands)}\\d{3})+`;
    this.pattern = new RegExp(`^([+-]?)(\\d+${groups})(?:${escaped(decimal)}(\\d+))?$`);
  }

  /** @throws BadValue */
  read(text: string): Decimal {
    const found = this.pattern.exec(text);
    if (!found) throw new BadValue(`"${text}" is not a number such as ${this.thousands === undefined ? '' : `1${this.thousands}`}234${this.decimal}50`);
    const [, sign, whole, fraction = ''] = found;
    const digits = this.thousands === undefined ? whole! : whole!.replaceAll(this.thousands, '');
    return { negative: sign === '-', whole: digits, fraction: fraction.replace(/0+$/, '') };
  }
}

/** @throws BadValue it is no whole number, or one that a computer cannot hold exactly. */
export function integerOf(text: string, style: NumberStyle): number {
  const { negative, whole, fraction } = style.read(text);
  if (fraction !== '') throw new BadValue(`"${text}" is not a whole number`);
  return exactly(negative, whole, text);
}

/** @throws BadValue it is no number. */
export function numberOf(text: string, style: NumberStyle): number {
  const { negative, whole, fraction } = style.read(text);
  const value = Number(`${whole}.${fraction}`);
  return negative && value !== 0 ? -value : value;
}

/**
 * An amount such as `12.30`, exactly, in minor units of the currency (ISO 4217: 2 decimals for USD, none for JPY).
 * @throws BadValue it is no amount, or has more decimals than the currency.
 */
export function minorUnitsOf(text: string, currency: string, style: NumberStyle): number {
  const { negative, whole, fraction } = style.read(text.replace(/^\p{Sc}\s*|\s*\p{Sc}$/gu, ''));
  const digits = decimalsOf(currency);
  if (fraction.length > digits) throw new BadValue(`"${text}" has more decimals than ${currency}, which has ${digits}`);
  return exactly(negative, whole + fraction.padEnd(digits, '0'), text);
}

function exactly(negative: boolean, digits: string, text: string): number {
  const value = Number(digits);
  if (!Number.isSafeInteger(value)) throw new BadValue(`"${text}" is too large`);
  return negative && value !== 0 ? -value : value;
}

const decimals = new Map<string, number>();

function decimalsOf(currency: string): number {
  const known = decimals.get(currency);
  if (known !== undefined) return known;
  if (!/^[A-Z]{3}$/.test(currency)) throw new BadValue(`"${currency}" is not a currency of ISO 4217, such as "EUR"`);
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits!;
  decimals.set(currency, digits);
  return digits;
}

/** Files repeat their days: each is worked out once. */
const DAYS_KEPT = 10_000;

/** Reads dates of one format (tokens of Luxon, such as `dd.MM.yyyy`) as `YYYY-MM-DD`. What it gives throws {@link BadValue}. */
export function dateReader(format = 'yyyy-MM-dd'): (text: string) => string {
  return remembering((text) => existing(DateTime.fromFormat(text, format, { zone: 'utc', locale: 'en' }), text, format).toISODate());
}

/**
 * Reads moments as ISO 8601 in UTC: of one format or, without one, of ISO 8601. Where the text names no time zone it
 * is taken to be of `zone`. What it gives throws {@link BadValue}.
 */
export function momentReader(format: string | undefined, zone = 'utc'): (text: string) => string {
  const options = { zone, locale: 'en' };
  return remembering((text) => {
    const moment = format === undefined ? DateTime.fromISO(text, options) : DateTime.fromFormat(text, format, options);
    return existing(moment, text, format ?? 'ISO 8601').toUTC().toISO();
  });
}

function existing(moment: DateTime, text: string, format: string): DateTime<true> {
  if (moment.isValid) return moment as DateTime<true>;
  throw new BadValue(`"${text}" is not a date that exists, written as ${format}`);
}

function remembering(read: (text: string) => string): (text: string) => string {
  const known = boundedCache<string, string>(DAYS_KEPT);
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = read(text);
    known.set(text, value);
    return value;
  };
}

// One that is too long stays as it is, and is refused: it is hardly meant.
const ID = /^(?!\.{1,2}$)[A-Za-z0-9._:-]+$/;

/** Any text as an id: itself where it is one, otherwise its words and a fingerprint, so that different texts stay different. */
export function idOf(text: string): string {
  if (ID.test(text)) return text;
  const words = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return [...words.join('-').slice(0, 60).split('-'), fingerprint].filter((part) => part !== '').join('-');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
