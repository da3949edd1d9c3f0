import { AllocateCost } from '../../../libs/loyalty/commands/allocate-cost.js';
import { AssessCustomerBenefit } from '../../../libs/loyalty/commands/assess-benefit.js';
import { AddBindingFactor, RemoveBindingFactor } from '../../../libs/loyalty/commands/bindings.js';
import { DefineInteractionPolicy } from '../../../libs/loyalty/commands/define-interaction-policy.js';
import { RecordRelationshipInvestment, WithdrawRelationshipInvestment } from '../../../libs/loyalty/commands/investments.js';
import { PublishCampaignPolicy } from '../../../libs/loyalty/commands/publish-campaign-policy.js';
import { PublishValuePolicy } from '../../../libs/loyalty/commands/publish-value-policy.js';
import { ConvertReferral, RecordReferral } from '../../../libs/loyalty/commands/referrals.js';
import { DefineMart } from '../../../libs/warehouse/commands/marts.js';
import { momentIn, step, type Step } from './step.js';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const term = (value: number, source: string) => ({ value, source });

/** What customers cost, what binds them, what they have of us, and by which rules that becomes value. */
export function valueSteps(now: Date): readonly Step[] {
  return [
    step(900, PublishValuePolicy, {
      valuepolicyId: 'default', reason: 'The rules of the year', effectiveFrom: momentIn(-900, now),
      rules: {
        currency: 'USD', margin: 0.35, costPerPurchase: 450, costPerMonth: 100, discountRate: 0.12, horizonMonths: 36, windowDays: 180, changeShare: 0.4, activationRate: 0.05, crossSellRate: 0.05,
        tiers: [{ name: 'top', share: 0.1 }, { name: 'large', share: 0.2 }, { name: 'medium', share: 0.3 }, { name: 'small', share: 0.4 }],
      },
    }),
    step(900, DefineInteractionPolicy, {
      interactionpolicyId: 'default', reason: 'Most time for those who bring most', effectiveFrom: momentIn(-900, now),
      rules: {
        modes: [
          { tier: 'top', channels: ['visit', 'phone'], contactsPerYear: 12, service: 'A representative of their own' }, { tier: 'large', channels: ['phone', 'e-mail'], contactsPerYear: 6, service: 'A team' },
          { tier: 'medium', channels: ['e-mail', 'phone'], contactsPerYear: 3, service: 'The hotline' }, { tier: 'small', channels: ['web', 'e-mail'], contactsPerYear: 1, service: 'Self-service' },
        ],
      },
    }),
    step(900, PublishCampaignPolicy, {
      campaignpolicyId: 'default', reason: 'What is to be said to whom', effectiveFrom: momentIn(-900, now),
      rules: {
        plans: [
          { name: 'Win back', where: { risks: ['medium', 'high'] }, aim: 'activate', offer: 'A visit and a voucher', channels: ['phone', 'visit'], costPerCustomer: 2_500 },
          { name: 'Keep the best', where: { tiers: ['top', 'large'] }, aim: 'keep', offer: 'First to see what is new', channels: ['visit'], costPerCustomer: 5_000 },
          { name: 'Sell more', where: { stages: ['developing', 'loyal'] }, aim: 'cross-sell', offer: 'What others buy with it', channels: ['e-mail'], costPerCustomer: 50 },
        ],
      },
    }),
    step(200, DefineMart, {
      martId: 'sales', department: 'Sales',
      questions: [
        { name: 'Sales by channel and month', question: { cube: 'purchases', measures: ['amount', 'purchases'], by: ['month', 'channel'], subtotals: true } },
        { name: 'Products', question: { cube: 'products', measures: ['units'], by: ['category', 'product'] } },
      ],
    }),
    step(110, RecordReferral, { referralId: 'li-wei-1', customerId: 'li-wei', source: 'Said so in the chat' }),
    step(18, ConvertReferral, { referralId: 'li-wei-1', referredCustomerId: 'tomas-novak' }),

    step(75, AllocateCost, { costId: 'mingde-tea-visits', customerId: 'mingde-tea', kind: 'service', amount: usd(18_000), basis: 'Two days of visits' }),
    step(20, AllocateCost, { costId: 'mingde-tea-tasting', customerId: 'mingde-tea', kind: 'campaign', amount: usd(6_500), basis: 'Spring tasting' }),
    step(20, AllocateCost, { costId: 'li-wei-tasting', customerId: 'li-wei', kind: 'campaign', amount: usd(1_200), basis: 'Spring tasting' }),
    step(20, AllocateCost, { costId: 'sofia-marino-tasting', customerId: 'sofia-marino', kind: 'campaign', amount: usd(1_200), basis: 'Spring tasting' }),
    step(13, AllocateCost, { costId: 'emil-larsen-complaint', customerId: 'emil-larsen', kind: 'service', amount: usd(5_200), basis: 'Three hours on a complaint' }),
    step(8, AllocateCost, { costId: 'harbour-books-goods', customerId: 'harbour-books', kind: 'direct', amount: usd(3_100), product: 'Gaiwan set', basis: 'Price of purchase' }),

    step(60, RecordRelationshipInvestment, { investmentId: 'mingde-tea-gardens', customerId: 'mingde-tea', kind: 'event', amount: usd(24_000), note: 'Their buyers at the tea gardens' }),
    step(45, RecordRelationshipInvestment, { investmentId: 'harbour-books-tasting', customerId: 'harbour-books', kind: 'training', amount: usd(6_000), note: 'Their staff learned to brew' }),
    step(30, RecordRelationshipInvestment, { investmentId: 'emil-larsen-apology', customerId: 'emil-larsen', kind: 'gift', amount: usd(4_500), note: 'An apology for the complaint' }),
    step(25, RecordRelationshipInvestment, { investmentId: 'li-wei-shipping', customerId: 'li-wei', kind: 'loyalty-benefit', amount: usd(1_500), note: 'Free shipping for a year' }),
    step(24, RecordRelationshipInvestment, { investmentId: 'sofia-marino-visit', customerId: 'sofia-marino', kind: 'time', amount: usd(2_000), note: 'A visit' }),
    step(22, WithdrawRelationshipInvestment, { investmentId: 'sofia-marino-visit', reason: 'The visit was called off' }),

    step(75, AddBindingFactor, { bindingId: 'mingde-tea-prices', customerId: 'mingde-tea', kind: 'contract', cost: usd(120_000), source: 'Yearly prices, ended early', until: momentIn(290, now) }),
    step(330, AddBindingFactor, { bindingId: 'harbour-books-catalogue', customerId: 'harbour-books', kind: 'switching-work', cost: usd(24_000), source: 'Catalogue and labels made anew' }),
    step(190, AddBindingFactor, { bindingId: 'li-wei-card', customerId: 'li-wei', kind: 'prepaid', cost: usd(3_000), source: 'Prepaid tea card' }),
    step(40, RemoveBindingFactor, { bindingId: 'li-wei-card', reason: 'Spent' }),

    step(74, AssessCustomerBenefit, {
      benefitId: 'mingde-tea-oolong', customerId: 'mingde-tea', product: 'Tieguanyin oolong',
      terms: { u: term(80, 'Tasting with their buyers'), b: term(55, 'Survey of guests'), r: term(40, 'Interview'), c: term(60, 'Price list'), t: term(15, 'Delivery times') },
    }),
    step(74, AssessCustomerBenefit, {
      benefitId: 'mingde-tea-oolong-rival', customerId: 'mingde-tea', product: 'Tieguanyin oolong', competitor: 'Harbour Tea Traders',
      terms: { u: term(75, 'Tasting with their buyers'), b: term(60, 'Survey of guests'), r: term(10, 'Interview'), c: term(50, 'Their offer'), t: term(25, 'Delivery times') },
    }),
  ];
}
