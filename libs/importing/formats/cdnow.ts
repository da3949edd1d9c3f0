import { type FieldMapping, mappingOf } from '../mapping/mapping.js';
import { type FileFormat } from './file-format.js';

const customerId = { column: 'customer', as: 'id', prefix: 'cdnow-' } satisfies FieldMapping;
const day = { column: 'date', as: 'moment', format: 'yyyyMMdd' } satisfies FieldMapping;

/**
 * The purchases of CDNOW, a music shop of 1997 (Fader and Hardie): customer, day, number of CDs and dollars between
 * blanks. A customer is registered with the first purchase, for there is no more about anyone. A purchase has no id of
 * its own: it is the customer's n-th of its day.
 */
function cdnow(columns: string[]): FileFormat {
  const mapping = mappingOf({
    delimiter: 'whitespace',
    columns,
    commands: [
      {
        command: 'RegisterCustomer',
        once: true,
        fields: { customerId, kind: { value: 'person' }, name: { column: 'customer', prefix: 'CDNOW customer ' }, occurredAt: day },
      },
      {
        command: 'RecordPurchase',
        fields: {
          purchaseId: { column: ['customer', 'date'], as: 'id', prefix: 'cdnow-', numbered: true },
          customerId,
          quantity: { column: 'cds', as: 'integer' },
          amount: { column: 'dollars', as: 'money', currency: 'USD' },
          occurredAt: day,
        },
      },
    ],
  }, 'RecordPurchase');
  // The master file begins with a header line, the sample does not; a customer is a number.
  return { mapping, isHeader: ([first]) => !/^\d+$/.test(first ?? '') };
}

export const cdnowFormats = {
  /** `CDNOW_master.txt`. */
  cdnow: cdnow(['customer', 'date', 'cds', 'dollars']),
  /** `CDNOW_sample.txt`, whose customers have their number in the master file and one of their own. */
  'cdnow-sample': cdnow(['customer', 'sampleCustomer', 'date', 'cds', 'dollars']),
} as const;
