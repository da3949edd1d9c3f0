// What other contexts and applications may know of sales: its events, the words in them, and what to send first.
export * from './opportunities/domain/events.js';
export { SalesProcessDefined, SalesProcessVersionPublished, type Stage } from './sales-processes/domain/sales-process.js';
export { DEFAULT_PROCESS } from './sales-processes/domain/default-process.js';
export { defaultSalesProcess } from './sales-processes/commands/default-process.js';
export { RepresentativeLeft, RepresentativePosted, RepresentativeRegistered, type Post } from './team/domain/representative.js';
export { CustomerOfferingLinked, OfferingDefined, OfferingRetired } from './offerings/domain/offering.js';
export {
  LeadAssigned, LeadCaptured, LeadConverted, LeadDisqualified, LeadMarkedDuplicate, LeadQualified, LeadReturnedToPool, type LeadStatus,
} from './leads/domain/lead.js';
export { AssignmentRulesPublished, type AssignmentRule, type RuleApplied } from './leads/domain/assignment.js';
export { LatentOpportunityIdentified, SuggestionAccepted, SuggestionRejected, type SuggestionKind } from './suggestions/domain/latent-opportunity.js';
export { PurchaseIntentionLapsed, PurchaseIntentionRecorded, PurchaseIntentionRevised, type Urgency } from './intentions/domain/purchase-intention.js';
export { AppointmentCancelled, AppointmentHeld, AppointmentMoved, AppointmentScheduled } from './work/domain/appointment.js';
export { SalesTaskAccepted, SalesTaskAssigned, SalesTaskCancelled, SalesTaskCompleted, SalesTaskOverdue, SalesTaskProgressReported, SalesTaskReassigned } from './work/domain/sales-task.js';
export { DiscountGranted, DiscountRefused, DiscountRequested } from './pricing/domain/discount.js';
export { PriceChanged, PriceListPublished } from './pricing/domain/price-list.js';
export { QuoteAccepted, QuoteDeclined, QuoteExpired, QuoteIssued, QuoteRevised } from './quotes/domain/quote.js';
export { OrderCancelled, OrderConfirmed, OrderFulfilled, OrderLineShipped, OrderPlaced, OrderReturned } from './orders/domain/order.js';
export {
  ContractAmended, ContractDrafted, ContractSigned, ContractTerminated, DunningEscalated, DunningNoticeSent, InstalmentFellDue, PaymentAllocated, PaymentPlanSet,
  PaymentReceived, PaymentReversed, PromiseToPayBroken, PromiseToPayRecorded,
} from './receivables/domain/events.js';
export { creditHistories, daysBeyondTerms, isOpen, paidTooLate, type CreditHistory } from './receivables/domain/credit-histories.js';
export { DunningPolicyPublished, type DunningLevel } from './receivables/domain/dunning-policy.js';
export { defaultDunningPolicy } from './receivables/commands/dunning-policy.js';
export { ThankYouLetterSent } from './letters/domain/letter.js';
export { CompetitorRelationshipObserved } from './competitors/domain/competitor.js';
export { ProposalAccepted, ProposalDrafted, ProposalRejected, ProposalRevised, ProposalSent } from './proposals/domain/proposal.js';
export { ReminderAcknowledged, ReminderCancelled, ReminderFired, ReminderScheduled, ReminderSnoozed } from './work/domain/reminder.js';
export { TerritoryAssignedToRep, TerritoryRealigned } from './territories/domain/territory.js';
export { CustomerPriceAgreed, CustomerPriceEnded } from './pricing/domain/customer-prices.js';
export { DailyReportNoted } from './assessment/domain/daily-report.js';
export { SalesSupportGiven, SalesSupportRequested, SalesSupportWithdrawn } from './support/domain/support-request.js';
