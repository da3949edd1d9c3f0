import { CorrectPurchase } from '../../../libs/purchases/commands/correct-purchase.js';
import { RecordPurchase } from '../../../libs/purchases/commands/record-purchase.js';
import { ReturnPurchase } from '../../../libs/purchases/commands/return-purchase.js';
import { step, type Step } from './step.js';

type Bought = readonly [daysAgo: number, minorUnits: number, channel: string];

/** Chosen so that every stage of the life cycle has somebody in it. */
export const BOUGHT: Readonly<Record<string, readonly Bought[]>> = {
  'mingde-tea': [[600, 410_000, 'phone'], [420, 365_000, 'phone'], [330, 480_000, 'visit'], [240, 512_000, 'phone'], [150, 498_500, 'phone'], [75, 640_000, 'visit'], [12, 705_000, 'phone']],
  'mingde-xian': [[180, 82_000, 'web'], [95, 91_500, 'web'], [30, 88_000, 'web']],
  'mingde-kunming': [[55, 43_000, 'web']],
  'harbour-books': [[355, 21_900, 'web'], [290, 18_450, 'web'], [215, 26_700, 'web'], [130, 24_990, 'e-mail'], [68, 31_200, 'web'], [9, 28_640, 'web']],
  'green-valley': [[440, 150_000, 'phone'], [330, 98_000, 'phone'], [230, 64_500, 'e-mail']],
  'north-star': [[880, 220_000, 'visit'], [640, 180_000, 'phone'], [470, 75_000, 'phone']],
  'quick-copy': [[310, 12_900, 'web'], [260, 9_900, 'web']],
  'li-wei': [[350, 5_900, 'web'], [270, 7_450, 'shop'], [190, 6_980, 'shop'], [110, 8_900, 'web'], [40, 12_400, 'shop'], [3, 9_950, 'web']],
  'sofia-marino': [[220, 14_900, 'web'], [85, 19_900, 'web'], [35, 9_900, 'web']],
  'tomas-novak': [[18, 3_990, 'shop']],
  'amara-okafor': [[400, 17_500, 'web'], [250, 22_000, 'web'], [125, 16_400, 'web']],
  'chen-yu': [[540, 30_500, 'shop'], [300, 28_000, 'shop'], [25, 33_300, 'shop']],
  'emil-larsen': [[300, 11_000, 'web'], [160, 13_500, 'web'], [70, 8_800, 'web'], [15, 9_400, 'web']],
};

const purchaseIdOf = (customerId: string, number: number) => `${customerId}-${number}`;

export const purchaseSteps: readonly Step[] = [
  ...Object.entries(BOUGHT).flatMap(([customerId, purchases]) => purchases.map(([daysAgo, amount, channel], index) =>
    step(daysAgo, RecordPurchase, { purchaseId: purchaseIdOf(customerId, index + 1), customerId, amount: { amount, currency: 'USD' }, channel }))),
  step(8, RecordPurchase, {
    purchaseId: 'harbour-books-basket', customerId: 'harbour-books', channel: 'web', amount: { amount: 7_300, currency: 'USD' },
    items: [{ product: 'Gaiwan set', quantity: 2, amount: { amount: 5_000, currency: 'USD' } }, { product: 'Green tea, 250 g', quantity: 4, amount: { amount: 2_300, currency: 'USD' } }],
  }),
  step(5, ReturnPurchase, { purchaseId: 'harbour-books-basket', items: [{ product: 'Gaiwan set', quantity: 1 }], amount: { amount: 2_500, currency: 'USD' }, reason: 'One arrived broken' }),
  step(10, CorrectPurchase, { purchaseId: purchaseIdOf('emil-larsen', 4), amount: { amount: 9_900, currency: 'USD' }, reason: 'Shipping was left out' }),
];
