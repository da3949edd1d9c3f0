import { describe, expect, it } from '@jest/globals';
import { type Decision } from '#event-sourcing';
import { RecordPurchase, recordPurchase } from '../../purchases/commands/record-purchase.js';
import { registerCustomer } from '../../customers/commands/lifecycle.js';
import { cdnowFormats } from '../formats/cdnow.js';
import { InvalidMapping, mappingOf } from './mapping.js';
import { Numbering } from './numbering.js';
import { BadRow, RowMapper } from './row-mapper.js';

const decisions = [recordPurchase, registerCustomer] as unknown as Decision[];
const decisionOf = (name: string) => decisions.find(({ command }) => command.name === name);

const columns = ['Order', 'Customer', 'Day', 'Total', 'Currency', 'Way', 'Product'];
const mapperOf = (fields: object, more: object = {}) => RowMapper.compile(mappingOf({ ...more, fields: { purchaseId: { column: 'Order' }, ...fields } }, 'RecordPurchase'), columns, decisionOf);
const row = (given: Record<string, string>) => columns.map((column) => given[column] ?? '');
const dataOf = (fields: object, given: Record<string, string>) => mapperOf(fields).map(row({ Order: 'o1', ...given })).commands[0]!.data();

describe('Mapping a row', () => {
  it('makes a command of columns and constants', () => {
    const mapped = mapperOf({
      customerId: { column: 'Customer', prefix: 'shop-' },
      occurredAt: { column: 'Day', as: 'moment', format: 'dd.MM.yyyy', timeZone: '+08:00' },
      amount: { column: 'Total', as: 'money', currencyColumn: 'Currency', decimal: ',' },
      channel: { column: 'Way', translate: { Laden: 'shop', 'E-Mail': 'e-mail' }, otherwise: 'other' },
      place: { value: 'Beijing' },
      'items.0.product': { column: 'Product' },
      'items.0.quantity': { value: 1 },
    }).map(row({ Order: 'o1', Customer: '7', Day: '05.01.2026', Total: '12,30', Currency: 'EUR', Way: 'Laden', Product: 'tea' }));
    expect(mapped.sequence).toBe('shop-7');
    expect(mapped.commands).toEqual([{ decision: recordPurchase, once: false, id: 'o1', data: expect.any(Function) }]);
    expect(mapped.commands[0]!.data()).toEqual({
      purchaseId: 'o1', customerId: 'shop-7', occurredAt: '2026-01-04T16:00:00.000Z', amount: { amount: 1_230, currency: 'EUR' },
      channel: 'shop', place: 'Beijing', items: [{ product: 'tea', quantity: 1 }],
    });
  });

  it('says a row in the same way, whatever the order of the mapping', () => {
    const said = (fields: object) => JSON.stringify(mapperOf(fields).map(row({ Order: 'o1', Customer: '7', Way: 'shop' })).commands[0]!.data());
    expect(said({ customerId: { column: 'Customer' }, channel: { column: 'Way' } })).toBe(said({ channel: { column: 'Way' }, customerId: { column: 'Customer' } }));
  });

  it('leaves out what is empty', () => {
    expect(dataOf({ place: { column: 'Product' }, amount: { column: 'Total', as: 'money', currency: 'EUR' } }, {})).toEqual({ purchaseId: 'o1' });
  });

  it('translates to any value, and an empty one too', () => {
    const sentiment = { column: 'Way', translate: { good: 2, '': 0 } };
    expect(dataOf({ quantity: sentiment }, { Way: 'good' })).toMatchObject({ quantity: 2 });
    expect(dataOf({ quantity: sentiment }, {})).toMatchObject({ quantity: 0 });
    expect(() => dataOf({ quantity: sentiment }, { Way: 'bad' })).toThrow('Way: "bad" is none of good');
    expect(() => dataOf({ quantity: sentiment }, { Way: 'toString' })).toThrow(BadRow);
  });

  it('gives some values other words, and leaves all others', () => {
    const place = { column: 'Way', rename: { Laden: 'shop' } };
    expect([dataOf({ place }, { Way: 'Laden' }), dataOf({ place }, { Way: 'toString' })]).toMatchObject([{ place: 'shop' }, { place: 'toString' }]);
  });

  it('counts in what the column counts in, exactly', () => {
    const amount = { column: 'Total', as: 'money', currency: 'EUR', times: 1_000_000 };
    expect(dataOf({ amount }, { Total: '1100.04' })).toMatchObject({ amount: { amount: 110_004_000_000, currency: 'EUR' } });
    expect(() => dataOf({ amount }, { Total: '99999999999.99' })).toThrow('is too large');
  });

  it('has rows of some values alone make a command, and tells where that is said wrong', () => {
    const mapping = (more: object) => mappingOf({ commands: [{ command: 'RecordPurchase', ...more, fields: { purchaseId: { column: 'Order' } } }] }, 'RecordPurchase');
    const mapper = RowMapper.compile(mapping({ when: 'Way', is: ['shop', 'web'] }), columns, decisionOf);
    expect(['shop', 'web', 'fax', ''].map((Way) => mapper.map(row({ Order: 'o1', Way })).commands.length)).toEqual([1, 1, 0, 0]);
    expect(() => RowMapper.compile(mapping({ is: ['shop'] }), columns, decisionOf)).toThrow('no "when" that names the column');
  });

  it('keeps rows of nobody apart, each in the order of what it is about', () => {
    expect(mapperOf({ customerId: { column: 'Customer' } }).map(row({ Order: 'o1' })).sequence).toBe('o1');
  });

  it('counts a value once for each row, also where the row is of nobody', () => {
    const mapping = mappingOf({ commands: [{ command: 'RecordPurchase', fields: { purchaseId: { column: 'Order', numbered: true } } }] }, 'RecordPurchase');
    const mapper = RowMapper.compile(mapping, columns, decisionOf);
    const [one, other] = [mapper.map(row({ Order: 'o1' })), mapper.map(row({ Order: 'o1' }))];
    expect([one, other].map(({ commands }) => commands[0]!.id)).toEqual(['o1-1', 'o1-2']);
    expect([one, other].map(({ sequence }) => sequence)).toEqual(['o1-1', 'o1-2']);
  });

  it('joins columns, and makes no id of half of them', () => {
    expect(dataOf({ place: { column: ['Product', 'Way'], join: ' ' } }, { Product: 'tea', Way: 'shop' })).toMatchObject({ place: 'tea shop' });
    expect(dataOf({ place: { column: ['Product', 'Way'], join: ' ' } }, { Way: 'shop' })).toMatchObject({ place: 'shop' });
    expect(() => dataOf({ customerId: { column: ['Customer', 'Day'], as: 'id' } }, { Day: '1' })).toThrow('Customer + Day: a part of the id is empty');
  });

  it('makes a command only where its column has something', () => {
    const commands = [{ command: 'RecordPurchase', fields: { purchaseId: { column: 'Order' } } }, { command: 'RegisterCustomer', when: 'Customer', fields: { customerId: { column: 'Customer' } } }];
    const mapper = RowMapper.compile(mappingOf({ commands }, 'RecordPurchase'), columns, decisionOf);
    expect(mapper.map(row({ Order: 'o1' })).commands).toHaveLength(1);
    expect(mapper.map(row({ Order: 'o1', Customer: 'c1' })).commands).toHaveLength(2);
  });

  it('names the column of a wrong value', () => {
    expect(() => dataOf({ amount: { column: 'Total', as: 'money', currency: 'USD' } }, { Total: '12.345' })).toThrow(new BadRow('Total: "12.345" has more decimals than USD, which has 2'));
  });

  it('refuses a row with fewer values than columns, or more, but lets empty ones at the end pass', () => {
    const mapper = mapperOf({});
    expect(() => mapper.map(['o1', 'c1'])).toThrow('it has 2 columns where 7 are expected');
    expect(() => mapper.map([...row({ Order: 'o1' }), 'surplus'])).toThrow('it has 8 columns where 7 are expected');
    expect(mapper.map([...row({ Order: 'o1' }), '', '']).commands).toHaveLength(1);
  });

  it.each<[string, object, RegExp]>([
    ['a column that the file does not have', { place: { column: 'Town' } }, /not exactly one column "Town"; its columns are Order, Customer/],
    ['a field that the command does not have', { colour: { value: 'red' } }, /RecordPurchase has no field colour; its fields are .*purchaseId/],
  ])('is refused before the first row with %s', (_, fields, message) => {
    expect(() => mapperOf(fields)).toThrow(InvalidMapping);
    expect(() => mapperOf(fields)).toThrow(message);
  });

  it.each<[string, string[], RegExp]>([
    ['another delimiter', ['Order;Customer;Date'], /^The mapping is not valid: the file has but one column, "Order;Customer;Date"; if ";" stands between columns, say "delimiter": ";" in the mapping\.$/],
    ['tabs', ['Order\tCustomer\tDate'], /say "delimiter": "\\t" in the mapping\.$/],
    ['carriage returns alone', ['Order', 'Date\r1', '2'], /^The mapping is not valid: the lines of the file end in carriage returns alone; save it with line feeds\.$/],
  ])('is told what to change of a file with %s', (_, header, message) => {
    const mapping = mappingOf({ fields: { purchaseId: { column: 'Order' }, place: { column: 'Date' } } }, 'RecordPurchase');
    expect(() => RowMapper.compile(mapping, header, decisionOf)).toThrow(message);
  });

  it('is refused where what is sent once would depend on the number of a row', () => {
    const commands = [{ command: 'RecordPurchase', fields: { purchaseId: { column: 'Order' } } }, { command: 'RegisterCustomer', once: true, fields: { customerId: { column: 'Customer', numbered: true } } }];
    expect(() => RowMapper.compile(mappingOf({ commands }, 'RecordPurchase'), columns, decisionOf)).toThrow(/customerId of RegisterCustomer cannot be "numbered"/);
  });

  it('is refused with an unknown command, or one whose aggregate is not named', () => {
    const compile = (commands: object[]) => () => RowMapper.compile(mappingOf({ commands: [{ command: 'RecordPurchase', fields: { place: { value: 'x' } } }, ...commands] }, 'RecordPurchase'), columns, decisionOf);
    expect(compile([{ command: 'Explode', fields: { customerId: { value: 1 } } }])).toThrow(/RecordPurchase needs purchaseId.*there is no command Explode/);
  });
});

describe('The format of CDNOW', () => {
  const mapper = () => RowMapper.compile(cdnowFormats.cdnow.mapping, cdnowFormats.cdnow.mapping.columns!, decisionOf);

  it('registers the customer with the first purchase and records each purchase with an id of its own', () => {
    const [register, record] = mapper().map(['00002', '19970112', '5', '77.00']).commands;
    const at = '1997-01-12T00:00:00.000Z';
    expect(register).toMatchObject({ once: true, id: 'cdnow-00002' });
    expect(register!.data()).toEqual({ customerId: 'cdnow-00002', kind: 'person', name: 'CDNOW customer 00002', occurredAt: at });
    expect(record).toMatchObject({ once: false, id: 'cdnow-00002-19970112-1' });
    expect(record!.data()).toEqual({ purchaseId: 'cdnow-00002-19970112-1', customerId: 'cdnow-00002', quantity: 5, amount: { amount: 7_700, currency: 'USD' }, occurredAt: at });
    expect(record!.decision.command).toBe(RecordPurchase);
  });

  it('numbers purchases of a customer on one day, the same ones too', () => {
    const cdnow = mapper();
    const ids = [['1', '19970101'], ['1', '19970101'], ['2', '19970101'], ['1', '19970102'], ['1', '19970101']]
      .map(([customer, day]) => cdnow.map([customer!, day!, '1', '0.00']).commands[1]!.data()['purchaseId']);
    expect(ids).toEqual(['cdnow-1-19970101-1', 'cdnow-1-19970101-2', 'cdnow-2-19970101-1', 'cdnow-1-19970102-1', 'cdnow-1-19970101-3']);
  });

  it('has the same ids in the sample as in the master file', () => {
    const sample = cdnowFormats['cdnow-sample'].mapping;
    const [, record] = RowMapper.compile(sample, sample.columns!, decisionOf).map(['00004', '0001', '19970101', '2', '29.33']).commands;
    expect(record!.data()).toEqual(mapper().map(['00004', '19970101', '2', '29.33']).commands[1]!.data());
  });

  it('tells a header line from a customer', () => {
    expect(cdnowFormats.cdnow.isHeader?.(['customer_id', 'date', 'number_of_cds', 'dollar_value'])).toBe(true);
    expect(cdnowFormats.cdnow.isHeader?.(['00001', '19970101', '1', '11.77'])).toBe(false);
  });

  it.each([['19970230', '1', '11.77'], ['1997', '1', '11.77'], ['19970101', 'one', '11.77'], ['19970101', '1', '12.345'], ['19970101', '1', 'NaN'], ['19970101', '1', '1e9']])(
    'refuses %s %s %s', (...values) => {
      expect(() => mapper().map(['00001', ...values])).toThrow(BadRow);
    });
});

describe('Numbering', () => {
  it('forgets what came long ago, so that its memory is bounded', () => {
    const numbering = new Numbering(2);
    expect(['a', 'a', 'b', 'a', 'c', 'b', 'a'].map((value) => numbering.next(value))).toEqual(['a-1', 'a-2', 'b-1', 'a-3', 'c-1', 'b-2', 'a-1']);
  });
});
