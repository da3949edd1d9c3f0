import { RegisterCareOccasion } from '../../../libs/care/commands/care-occasions.js';
import { ClearMisunderstanding, OpenRetentionCase } from '../../../libs/care/commands/retention-cases.js';
import { NoteInDailyReport, ScoreAssessment, SubmitDailyReport, SubmitMarketInformation } from '../../../libs/sales/assessment/commands/information.js';
import {
  AdoptCounterStrategy, NoteCompetitorStrategy, NoteCompetitorStrength, NoteCompetitorWeakness, ObserveCompetitorPrice, ObserveCompetitorRelationship, RecordCompetitorProduct, RegisterCompetitor,
} from '../../../libs/sales/competitors/commands/competitors.js';
import { SubmitExpenseReport } from '../../../libs/sales/expenses/commands/expense-reports.js';
import { RecordGoalActual, SetGoal } from '../../../libs/sales/goals/commands/goals.js';
import { RecordPurchaseIntention } from '../../../libs/sales/intentions/commands/purchase-intentions.js';
import { PublishAssignmentRules } from '../../../libs/sales/leads/commands/assignment-rules.js';
import { CaptureLead } from '../../../libs/sales/leads/commands/leads.js';
import { DefineOffering, LinkCustomerOffering } from '../../../libs/sales/offerings/commands/offerings.js';
import { LoseOpportunity } from '../../../libs/sales/opportunities/commands/end-opportunity.js';
import { AssignSalesChannel, ContestOpportunity } from '../../../libs/sales/opportunities/commands/manage-opportunity.js';
import { AdvanceOpportunity } from '../../../libs/sales/opportunities/commands/move-opportunity.js';
import { OpenOpportunity } from '../../../libs/sales/opportunities/commands/open-opportunity.js';
import { AgreeCustomerPrice } from '../../../libs/sales/pricing/commands/customer-prices.js';
import { RequestDiscount } from '../../../libs/sales/pricing/commands/discounts.js';
import { ChangePrice, PublishPriceList } from '../../../libs/sales/pricing/commands/price-lists.js';
import { DraftProposal, ReviseProposal } from '../../../libs/sales/proposals/commands/proposals.js';
import { DraftContract, SetPaymentPlan, SignContract } from '../../../libs/sales/receivables/commands/contracts.js';
import { DefineScreening, ScreenProspect } from '../../../libs/sales/screening/commands/screenings.js';
import { IdentifyLatentOpportunity } from '../../../libs/sales/suggestions/commands/suggestions.js';
import { RequestSalesSupport } from '../../../libs/sales/support/commands/support-requests.js';
import { RegisterRepresentative } from '../../../libs/sales/team/commands/representatives.js';
import { AssignTerritoryToRep, DefineTerritory, PlaceCustomerInTerritory } from '../../../libs/sales/territories/commands/territories.js';
import { ScheduleAppointment } from '../../../libs/sales/work/commands/appointments.js';
import { ScheduleReminder } from '../../../libs/sales/work/commands/reminders.js';
import { AcceptSalesTask, AssignSalesTask } from '../../../libs/sales/work/commands/sales-tasks.js';
import { dateIn, momentIn, step, type Step } from './step.js';

const usd = (amount: number) => ({ amount, currency: 'USD' });

/** The purchase that a suggestion was found in. */
export const EVIDENCE = 'purchase-li-wei-6';

/** Who sells, what, where, and against whom: what the rest stands on. */
export const salesGroundSteps: readonly Step[] = [
  step(700, RegisterRepresentative, { representativeId: 'lin-mei', name: 'Lin Mei', region: 'Southwest' }),
  step(700, RegisterRepresentative, { representativeId: 'erik-holm', name: 'Erik Holm', region: 'Nordics' }),
  step(700, DefineOffering, { offeringId: 'gaiwan', name: 'Gaiwan set', kind: 'product', series: 'Porcelain' }),
  step(700, DefineOffering, { offeringId: 'gift-box', name: 'Gift box', kind: 'product', series: 'Gifts' }),
  step(400, PublishPriceList, { pricelistId: 'houses', name: 'Tea houses', currency: 'USD', freeDiscountPercent: 5 }),
  step(600, DefineTerritory, { territoryId: 'southwest', name: 'Southwest' }),
  step(600, DefineTerritory, { territoryId: 'nordics', name: 'Nordics' }),

  step(300, RegisterCompetitor, { competitorId: 'north-leaf', name: 'North Leaf' }),
  step(300, RecordCompetitorProduct, { competitorId: 'north-leaf', product: 'Leaf set', offeringId: 'gaiwan', functions: 'Stoneware, dishwasher-proof' }),
  step(290, ObserveCompetitorPrice, { competitorId: 'north-leaf', product: 'Leaf set', price: usd(2_300), place: 'Fair' }),
  step(40, ObserveCompetitorPrice, { competitorId: 'north-leaf', product: 'Leaf set', price: usd(2_100), place: 'Web shop' }),
  step(280, NoteCompetitorStrength, { competitorId: 'north-leaf', strength: 'Delivers within two days' }),
  step(280, NoteCompetitorWeakness, { competitorId: 'north-leaf', weakness: 'No training of staff' }),
  step(40, NoteCompetitorStrategy, { competitorId: 'north-leaf', strategy: 'Lower prices for houses that sign for two years' }),
  step(35, AdoptCounterStrategy, { competitorId: 'north-leaf', counterStrategy: 'Training included with every yearly contract' }),

  step(26, CaptureLead, { leadId: 'fair-stand-12', source: 'fair', name: 'Marta Silva', company: 'Casa do Chá', country: 'PT', offeringId: 'gift-box' }),
  step(26, DefineScreening, { screeningId: 'spring-fair', name: 'Leads of the spring fair', criteria: [{ criterion: 'need', weight: 2 }, { criterion: 'budget', weight: 1 }], passesAt: 60 }),
];

/** What is planned, promised, asked for and found out. */
export function salesSteps(now: Date, evidenceId: string): readonly Step[] {
  const month = dateIn(0, now).slice(0, 7);
  return [
    step(400, ChangePrice, { pricelistId: 'houses', offeringId: 'gaiwan', price: usd(2_500) }),
    step(60, AgreeCustomerPrice, { customerpricesId: 'mingde-tea', customerId: 'mingde-tea', pricelistId: 'houses', offeringId: 'gaiwan', price: usd(2_250) }),
    step(5, RequestDiscount, { discountId: 'harbour-spring', customerId: 'harbour-books', offeringId: 'gaiwan', percent: 12, reason: 'Would take forty sets at once' }),
    step(200, LinkCustomerOffering, { offeringId: 'gaiwan', customerId: 'mingde-tea', link: 'uses' }),
    step(590, AssignTerritoryToRep, { territoryId: 'southwest', representativeId: 'lin-mei' }),
    step(590, AssignTerritoryToRep, { territoryId: 'nordics', representativeId: 'erik-holm' }),
    step(580, PlaceCustomerInTerritory, { territoryId: 'southwest', customerId: 'mingde-tea' }),
    step(480, PlaceCustomerInTerritory, { territoryId: 'nordics', customerId: 'harbour-books' }),
    step(250, ObserveCompetitorRelationship, { competitorId: 'north-leaf', customerId: 'green-valley', product: 'Leaf set', chancePercent: 40 }),

    step(25, PublishAssignmentRules, { assignmentrulesId: 'default', rules: [{ ruleId: 'fairs', conditions: { source: ['fair'] }, representativeIds: ['lin-mei', 'erik-holm'] }], reason: 'Leads of the spring fair' }),
    step(24, ScreenProspect, { screeningId: 'spring-fair', leadId: 'fair-stand-12', marks: [{ criterion: 'need', mark: 80 }, { criterion: 'budget', mark: 50 }] }),
    step(2, IdentifyLatentOpportunity, { latentopportunityId: 'li-wei-gift-box', customerId: 'li-wei', offeringId: 'gift-box', kind: 'cross-sell', evidenceIds: [evidenceId], reason: 'Buys before each holiday, and never in a box' }),
    step(8, RecordPurchaseIntention, { purchaseintentionId: 'nadia-boxes', customerId: 'nadia-haddad', offeringId: 'gift-box', quantity: 120, amount: usd(640_000), urgency: 'this-quarter', traits: 'With the name of the firm on the lid' }),

    step(120, OpenOpportunity, { opportunityId: 'green-valley-gaiwan', customerId: 'green-valley', representativeId: 'erik-holm', offeringId: 'gaiwan', value: usd(90_000), title: 'Sets for the whole trade' }),
    step(119, AssignSalesChannel, { opportunityId: 'green-valley-gaiwan', channel: 'distributor' }),
    step(100, ContestOpportunity, { opportunityId: 'green-valley-gaiwan', competitorId: 'north-leaf' }),
    step(80, LoseOpportunity, { opportunityId: 'green-valley-gaiwan', reason: 'price', competitorId: 'north-leaf' }),
    step(30, OpenOpportunity, { opportunityId: 'mingde-houses', customerId: 'mingde-tea', representativeId: 'lin-mei', offeringId: 'gaiwan', value: usd(270_000), expectedCloseOn: dateIn(40, now), title: 'Three more houses' }),
    step(29, AssignSalesChannel, { opportunityId: 'mingde-houses', channel: 'direct' }),
    step(12, AdvanceOpportunity, { opportunityId: 'mingde-houses', to: 'study-solution' }),
    step(11, DraftProposal, { proposalId: 'mingde-plan', customerId: 'mingde-tea', opportunityId: 'mingde-houses', title: 'Tea for three houses', sections: [{ heading: 'Sets', text: 'Forty gaiwan sets for each house.' }] }),
    step(6, ReviseProposal, { proposalId: 'mingde-plan', sections: [{ heading: 'Sets', text: 'Forty gaiwan sets for each house.' }, { heading: 'Training', text: 'A day in each house before it opens.' }] }),
    step(4, RequestSalesSupport, { supportrequestId: 'mingde-tasting', customerId: 'mingde-tea', opportunityId: 'mingde-houses', representativeId: 'lin-mei', kind: 'demonstration', neededBy: dateIn(5, now), what: 'A tasting for twelve, in Chengdu' }),
    step(60, DraftContract, { contractId: 'harbour-yearly', customerId: 'harbour-books', value: usd(120_000), title: 'Tea of the year' }),
    step(60, SetPaymentPlan, { contractId: 'harbour-yearly', instalments: [{ number: 1, dueOn: dateIn(-10, now), amount: usd(60_000) }, { number: 2, dueOn: dateIn(80, now), amount: usd(60_000) }] }),
    step(60, SignContract, { contractId: 'harbour-yearly' }),

    step(3, ScheduleAppointment, { appointmentId: 'mingde-visit', representativeId: 'lin-mei', customerId: 'mingde-tea', contactId: 'zhou-lan', opportunityId: 'mingde-houses', startsAt: momentIn(2, now), endsAt: `${dateIn(2, now)}T11:30:00.000Z`, place: 'Chengdu', subject: 'Go through the plan' }),
    step(3, AssignSalesTask, { salestaskId: 'mingde-samples', customerId: 'mingde-tea', opportunityId: 'mingde-houses', representativeId: 'lin-mei', dueOn: dateIn(1, now), what: 'Send six samples' }),
    step(2, AcceptSalesTask, { salestaskId: 'mingde-samples' }),
    step(1, ScheduleReminder, { reminderId: 'call-emil', representativeId: 'erik-holm', customerId: 'emil-larsen', remindAt: momentIn(1, now), what: 'Call as agreed' }),
    step(6, SubmitExpenseReport, { expensereportId: 'lin-mei-chengdu', representativeId: 'lin-mei', items: [{ day: dateIn(-7, now), kind: 'meal', amount: usd(8_600), customerId: 'mingde-tea', contactId: 'zhou-lan' }] }),
    step(4, SubmitExpenseReport, { expensereportId: 'erik-holm-nairobi', representativeId: 'erik-holm', items: [{ day: dateIn(-5, now), kind: 'travel', amount: usd(41_000), customerId: 'green-valley' }] }),

    step(90, SetGoal, { goalId: 'new-houses', owner: 'company', measure: 'new-customers', period: dateIn(0, now).slice(0, 4), target: 12 }),
    step(10, RecordGoalActual, { goalId: 'new-houses', actual: 5 }),
    step(1, SubmitDailyReport, { dailyreportId: 'lin-mei-yesterday', representativeId: 'lin-mei', day: dateIn(-1, now), visits: 2, calls: 6 }),
    step(1, NoteInDailyReport, { dailyreportId: 'lin-mei-yesterday', customerId: 'mingde-tea', note: 'Looks for staff who know tea' }),
    step(2, SubmitMarketInformation, { marketinformationId: 'cardboard', representativeId: 'erik-holm', kind: 'price', text: 'Cardboard has become dearer by a tenth; boxes will follow' }),
    step(0, ScoreAssessment, { assessmentId: 'lin-mei-month', representativeId: 'lin-mei', month, dailyReports: 80, marketInformation: 60 }),

    step(9, OpenRetentionCase, { retentioncaseId: 'emil-larsen', customerId: 'emil-larsen', cause: 'wrong-delivery', what: 'Got the wrong tea twice, and waits for an answer' }),
    step(5, ClearMisunderstanding, { retentioncaseId: 'emil-larsen', what: 'The second parcel had been for a neighbour' }),
    step(50, RegisterCareOccasion, { careoccasionId: 'mingde-mid-autumn', customerId: 'mingde-tea', kind: 'holiday', name: 'the Mid-Autumn Festival', calendar: 'lunar', month: 8, day: 15 }),
  ];
}
