// What other contexts and applications may know of sales: its events, the words in them, and what to send first.
export * from './opportunities/domain/events.js';
export { SalesProcessDefined, SalesProcessVersionPublished, type Stage } from './processes/domain/sales-process.js';
export { DEFAULT_PROCESS } from './processes/domain/default-process.js';
export { defaultSalesProcess } from './processes/commands/default-process.js';
export { RepresentativePosted, RepresentativeRegistered, type Post } from './team/domain/representative.js';
export { CustomerOfferingLinked, OfferingDefined, OfferingRetired } from './offerings/domain/offering.js';
