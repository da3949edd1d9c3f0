import { someone } from './people.js';
import { type Step } from './step.js';

const REGIONS = ['East', 'North', 'South', 'West'];
const CUSTOMERS_OF_A_REPRESENTATIVE = 25;
export const CURRENCY = 'USD';

/** What the company sells, and for how much, in minor units. */
const OFFERINGS = [
  ['longjing', 'Longjing green tea, 250 g', 3_900], ['puer', 'Aged Pu’er cake', 8_900], ['oolong', 'Tieguanyin oolong, 250 g', 4_400], ['jasmine', 'Jasmine pearls, 250 g', 3_200],
  ['gaiwan', 'Gaiwan set', 2_500], ['teapot', 'Yixing teapot', 12_900], ['tray', 'Bamboo tea tray', 6_800], ['gift-box', 'Gift box', 5_900],
  ['tasting', 'Tasting for a team', 45_000], ['training', 'Training of staff, a day', 98_000],
] as const;

/** The firm of the simulation: who sells, what, and for how much. */
export interface Company {
  /** Before all its ids, so that two simulations do not meet. */
  prefix: string;
  representativeIds: string[];
  offerings: { offeringId: string; price: number }[];
  pricelistId: string;
}

export function companyOf(prefix: string, customers: number): Company {
  const representatives = Math.max(3, Math.ceil(customers / CUSTOMERS_OF_A_REPRESENTATIVE));
  return {
    prefix,
    representativeIds: Array.from({ length: representatives }, (_, index) => `${prefix}rep-${index + 1}`),
    offerings: OFFERINGS.map(([id, , price]) => ({ offeringId: `${prefix}${id}`, price })),
    pricelistId: `${prefix}prices`,
  };
}

/** What is there before the year begins. */
export function companySteps({ prefix, representativeIds, offerings, pricelistId }: Company, seed: number, at: Date): Step[] {
  const managers = REGIONS.map((region, index) => ({ representativeId: `${prefix}manager-${index + 1}`, name: someone(seed + 900_001 + index).contact, region }));
  return [
    ...managers.map((fields) => ({ command: 'RegisterRepresentative', fields, at })),
    ...representativeIds.map((representativeId, index) => {
      const { representativeId: managerId, region } = managers[index % managers.length]!;
      return { command: 'RegisterRepresentative', fields: { representativeId, name: someone(seed + 910_001 + index).contact, region, managerId }, at };
    }),
    ...OFFERINGS.map(([id, name, price]) => ({ command: 'DefineOffering', fields: { offeringId: `${prefix}${id}`, name, kind: price > 40_000 ? 'service' : 'product' }, at })),
    { command: 'PublishPriceList', fields: { pricelistId, name: 'Prices of the year', currency: CURRENCY, freeDiscountPercent: 10 }, at },
    ...offerings.map(({ offeringId, price }) => ({ command: 'ChangePrice', fields: { pricelistId, offeringId, price: { amount: price, currency: CURRENCY } }, at })),
  ];
}
