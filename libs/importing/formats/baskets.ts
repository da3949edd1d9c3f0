import { mappingOf, type FieldMapping } from '../mapping/mapping.js';
import type { FileFormat } from './file-format.js';

const MOST = 200;
const items = Array.from({ length: MOST }, (_, index) => `item${index + 1}`);
const number = { column: 'line', as: 'id', prefix: 'basket-' } satisfies FieldMapping;

/**
 * Baskets, one a line, items between commas and nothing else, as data sets for association rules have them: who bought them, when
 * and for how much is not said. Each is a purchase of a customer of its own, for nothing, in no currency (`XXX` in ISO 4217), at the time of the import.
 */
const mapping = mappingOf({
  columns: ['line', ...items],
  commands: [
    { command: 'RegisterCustomer', once: true, fields: { customerId: number, kind: { value: 'person' }, name: { column: 'line', prefix: 'Buyer of basket ' } } },
    {
      command: 'RecordPurchase',
      fields: {
        purchaseId: number, customerId: number, amount: { value: { amount: 0, currency: 'XXX' } },
        ...Object.fromEntries(items.flatMap((column, index) => [[`items.${index}.product`, { column }], [`items.${index}.quantity`, { column, translate: {}, otherwise: 1 }]])),
      },
    },
  ],
}, 'RecordPurchase');

const padded = (values: readonly string[]): string[] => [...values, ...Array.from({ length: Math.max(0, MOST - values.length) }, () => '')];

export const baskets: FileFormat = { mapping, valuesOf: (values, line) => [String(line), ...padded(values.filter((item) => item !== ''))] };
