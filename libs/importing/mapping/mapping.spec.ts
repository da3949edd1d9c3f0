import { describe, expect, it } from '@jest/globals';
import { InvalidMapping, mappingOf } from './mapping.js';

const fields = { purchaseId: { column: 'Order' } };
const check = (json: unknown) => () => mappingOf(json, 'RecordPurchase');

describe('A mapping', () => {
  it('is short for one command where it only has fields', () => {
    expect(mappingOf({ fields }, 'RecordPurchase').commands).toMatchObject([{ command: 'RecordPurchase', fields }]);
  });

  it('may make several commands of a row', () => {
    const commands = [{ command: 'RegisterCustomer', once: true, fields: { customerId: { column: 'Customer' } } }, { command: 'RecordPurchase', fields }];
    expect(mappingOf({ delimiter: ';', commands }, 'RecordPurchase')).toMatchObject({ delimiter: ';', commands });
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', [], /must be a JSON object/],
    ['nothing', {}, /commands/],
    ['both forms', { fields, commands: [] }, /"fields" or "commands", not both/],
    ['a word it does not know', { fields, seperator: ';' }, /property seperator should not exist/],
    ['a delimiter it does not know', { fields, delimiter: '::' }, /delimiter must be one of/],
    ['an encoding that is none', { fields, encoding: 'utf-9' }, /encoding must be an encoding such as/],
    ['columns that are the same', { fields, columns: ['a', 'a'] }, /columns's elements must be unique/],
    ['no command for its kind', { commands: [{ command: 'RegisterCustomer', fields }] }, /none of its commands is RecordPurchase/],
    ['its main command only once', { commands: [{ command: 'RecordPurchase', once: true, fields }] }, /RecordPurchase is what these rows are for .* leave "once" out/],
    ['no fields', { fields: {} }, /fields must be an object with at least one field/],
    ['a field that is a string', { fields: { purchaseId: 'Order' } }, /the field purchaseId must be an object such as/],
    ['a field from nowhere', { fields: { purchaseId: { as: 'id' } } }, /the field purchaseId: it needs either "column" or "value"/],
    ['a field from two places', { fields: { purchaseId: { column: 'Order', value: 1 } } }, /the field purchaseId: it needs either/],
    ['a type that it does not know', { fields: { purchaseId: { column: 'Order', as: 'uuid' } } }, /the field purchaseId: as must be one of/],
    ['a misspelt word in a field', { fields: { purchaseId: { colum: 'Order' } } }, /property colum should not exist/],
    ['money without a currency', { fields: { amount: { column: 'Total', as: 'money' } } }, /needs either "currency" or "currencyColumn"/],
    ['a currency without money', { fields: { amount: { column: 'Total', currency: 'EUR' } } }, /not "as": "money"/],
    ['a format without a date', { fields: { amount: { column: 'Total', format: 'dd' } } }, /neither "as": "date" nor/],
    ['a time zone that is none', { fields: { occurredAt: { column: 'Day', as: 'moment', timeZone: 'Mars' } } }, /timeZone must be a time zone/],
    ['multiples of a text', { fields: { channel: { column: 'Way', times: 1000 } } }, /has "times" and is no number/],
    ['words to rename and to translate', { fields: { channel: { column: 'Way', rename: {}, translate: {} } } }, /"rename" and "translate"/],
    ['a fallback for nothing', { fields: { channel: { column: 'Way', otherwise: 'shop' } } }, /"otherwise" without "translate"/],
  ])('is refused with %s', (_, json, message) => {
    expect(check(json)).toThrow(InvalidMapping);
    expect(check(json)).toThrow(message);
  });

  it('tells everything that is wrong at once', () => {
    expect(check({ delimiter: 'x', fields: { a: { as: 'uuid' }, b: 1 } })).toThrow(/delimiter.*the field a: as must.*the field b must/s);
  });
});
