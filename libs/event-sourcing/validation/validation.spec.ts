import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { IsOptional, validateSync } from 'class-validator';
import { factsOf, IsBirthday, IsCountry, IsEmailAddress, IsId, IsIsoDate, IsKeyword, IsListOf, IsMoment, IsMoney, IsOccurredAt, IsOmittable, IsPhone, IsText, Money } from './index.js';

class Sample {
  @IsOptional() @IsId() id?: unknown;
  @IsOptional() @IsKeyword() keyword?: unknown;
  @IsOptional() @IsText(20) text?: unknown;
  @IsOptional() @IsText(5, { each: true }) texts?: unknown;
  @IsOptional() @IsEmailAddress() email?: unknown;
  @IsOptional() @IsPhone() phone?: unknown;
  @IsOptional() @IsEmailAddress({ each: true }) emails?: unknown;
  @IsOptional() @IsOccurredAt() occurredAt?: unknown;
  @IsOptional() @IsMoment() moment?: unknown;
  @IsOptional() @IsIsoDate() date?: unknown;
  @IsOptional() @IsBirthday() birthday?: unknown;
  @IsOptional() @IsCountry() country?: unknown;
  @IsOptional() @IsMoney() money?: Money;
  @IsOptional() @IsListOf(() => Money, { most: 2 }) list?: Money[];
  @IsOmittable() @IsText(20) omittable?: unknown;
}

function isValid(sample: object): boolean {
  const errors = validateSync(plainToInstance(Sample, sample), { whitelist: true, forbidNonWhitelisted: true });
  return errors.length === 0;
}

/** One argument for each test, also where it is a list. */
const each = (values: unknown[]) => values.map((value) => [value]);

const cases: { of: string; field: string; valid: unknown[]; invalid: unknown[] }[] = [
  {
    of: 'an id', field: 'id',
    valid: ['a', '...', '.a', 'C-42', 'erp:customer_7.1', 'x'.repeat(100)],
    invalid: ['', '.', '..', 'x'.repeat(101), 'a b', 'a/b', '../a', 'a\n', 'ö', 42, {}, [], ['a'], true, 'a\u0000'],
  },
  {
    of: 'a keyword', field: 'keyword',
    valid: ['marketing', 'delivery-time', 'q3'],
    invalid: ['', 'Marketing', 'delivery time', '-a', 'a--b', 'a_b', 'x'.repeat(51), 7],
  },
  {
    of: 'text', field: 'text',
    valid: ['李明', 'O’Brien & Söhne', ' a ', 'two\nlines', '👍', 'x'.repeat(20)],
    invalid: ['', '   ', '\n', 'x'.repeat(21), 'a\u0000b', 'a\u001bb', '\ud800', 5, {}, ['a'], { length: 3 }],
  },
  { of: 'a list of texts', field: 'texts', valid: [[], ['a', 'b']], invalid: [['a', ''], ['abcdef'], [3], [null], 'ab\u0000'] },
  {
    of: 'a telephone number', field: 'phone',
    valid: ['+86 10 6552 9988', '110', '(030) 901-820', '0171/555.12'],
    invalid: ['', '12', '+', '1234567890123456', 'call me', '12+34', 8610, `${'1 '.repeat(100)}`],
  },
  {
    of: 'a mail address', field: 'email',
    valid: ['li.wei@example.com', 'sales+cn@example.com'],
    invalid: ['', 'li.wei', '\ud800', '\ud800@example.com', 'li.wei@\ud800', 'li\n@example.com', 5, {}, ['li.wei@example.com']],
  },
  {
    of: 'mail addresses', field: 'emails',
    valid: [[], ['li.wei@example.com', 'han.mei@example.com']],
    invalid: ['\ud800', ['\ud800'], ['li.wei@example.com', '\udc00']],
  },
  {
    of: 'a business time', field: 'occurredAt',
    valid: ['2026-01-31', '2024-02-29', '2026-01-31T18:00Z', '2026-01-31T18:00:00+08:00', '2026-01-31T23:59:59.123456Z'],
    invalid: ['', '2026-02-29', '2026-02-30T10:00:00Z', '2026-13-01', '2026-01-31T18:00:00', '2026-01-31T24:00:00Z', '2026-01-31 18:00Z', '0000-01-01', '+010000-01-01', 'today', 1767225600000, {}],
  },
  { of: 'a moment', field: 'moment', valid: ['2026-01-31T18:00:00+08:00'], invalid: ['2026-01-31', '2026-01-31T18:00', '2026-01-31T18:00+99:00', 1] },
  { of: 'a date', field: 'date', valid: ['2026-12-31', '0001-01-01', '2000-02-29'], invalid: ['1900-02-29', '2026-00-10', '2026-04-31', '2026-1-1', '2026-01-01T00:00:00Z', 20260101] },
  { of: 'a birthday', field: 'birthday', valid: ['1980-05-31', '--02-29'], invalid: ['--02-30', '02-29', '--13-01', '1981-02-29', 5] },
  { of: 'a country', field: 'country', valid: ['CN', 'DE'], invalid: ['cn', 'CHN', 'XX', '', 49, ['DE']] },
  {
    of: 'a list of money', field: 'list',
    valid: [[{ amount: 1, currency: 'EUR' }]],
    invalid: [[], [[]], [null], ['1'], [{ amount: 1 }], { amount: 1, currency: 'EUR' }, Array.from({ length: 3 }, () => ({ amount: 1, currency: 'EUR' }))],
  },
  {
    of: 'money', field: 'money',
    valid: [{ amount: 1999, currency: 'EUR' }, { amount: -1, currency: 'CNY' }, { amount: Number.MAX_SAFE_INTEGER, currency: 'JPY' }],
    invalid: [{ amount: 19.99, currency: 'EUR' }, { amount: '1999', currency: 'EUR' }, { amount: 2 ** 53, currency: 'EUR' }, { amount: 1, currency: 'eur' }, { amount: 1, currency: 'ZZZ' }, { amount: 1 }, { amount: 1, currency: 'EUR', more: 1 }, {}, [], 5, 'EUR 5', [{ amount: 1, currency: 'EUR' }]],
  },
];

describe('validation', () => {
  describe.each(cases)('of $of', ({ field, valid, invalid }) => {
    it.each(each(valid))('accepts %j', (value) => expect(isValid({ [field]: value })).toBe(true));
    it.each(each(invalid))('refuses %j', (value) => expect(isValid({ [field]: value })).toBe(false));
  });

  it('lets an omittable field be left out, and refuses null for it', () => {
    expect(isValid({})).toBe(true);
    expect(isValid({ omittable: null })).toBe(false);
  });

  it('refuses long hostile text as fast as short text', () => {
    const started = process.hrtime.bigint();
    for (const hostile of [`${' '.repeat(1_000_000)}\u0000`, `${'a'.repeat(1_000_000)}\u0000`, `${'1-'.repeat(500_000)}x`]) {
      expect(isValid({ id: hostile, keyword: hostile, text: hostile, phone: hostile, occurredAt: hostile, birthday: hostile })).toBe(false);
    }
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(1000);
  });
});

describe('factsOf', () => {
  class Renamed {
    customerId = 'c';
    occurredAt? = '2026-01-01';
    nickname?: string | null = null;
    left?: string = undefined;
    money = Object.assign(new Money(), { amount: 1, currency: 'EUR' });
    facts = { city: null, country: undefined, lines: ['a'] };
  }

  it('leaves out occurredAt, and fields that are null or undefined', () => {
    expect(Object.keys(factsOf(new Renamed()))).toEqual(['customerId', 'money', 'facts']);
  });

  it('gives plain objects, in which null stays and undefined goes', () => {
    const { money, facts } = factsOf(new Renamed());
    expect(Object.getPrototypeOf(money)).toBe(Object.prototype);
    expect(facts).toStrictEqual({ city: null, lines: ['a'] });
  });
});
