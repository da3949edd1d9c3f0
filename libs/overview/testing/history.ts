import { event, type NewEvent, type RecordedEvent } from '#event-sourcing';
import { recorded } from '#event-sourcing/testing';
import { CustomerRegistered } from '#customers';
import { FollowUpScheduled, InteractionAttributed, InteractionRecorded, type InteractionFacts } from '#interactions';
import { PurchaseRecorded } from '#purchases';

export const on = (date: string): string => `${date}T10:00:00.000Z`;

/** Events in the order of recording, each with the day on which it happened. */
export const history = (...dated: [date: string, made: NewEvent][]): RecordedEvent[] =>
  dated.map(([date, made], index) => recorded(made, { position: index + 1, occurredAt: on(date) }));

export const registered = (customerId = 'c1') => event(CustomerRegistered, { customerId, kind: 'person', name: 'Ada', status: 'active' });

export const met = (interactionId: string, rest: Partial<InteractionRecorded> = {}) =>
  event(InteractionRecorded, { interactionId, customerId: 'c1', channel: 'phone', direction: 'inbound', summary: `about ${interactionId}`, ...rest });

export const factsOf = (date: string, rest: Partial<InteractionFacts> = {}): InteractionFacts => ({ channel: 'phone', direction: 'inbound', heldAt: on(date), ...rest });

/** The interaction was that of c2. */
export const attributed = (interactionId: string, facts: InteractionFacts, followUpOn?: string) =>
  event(InteractionAttributed, {
    interactionId, customerId: 'c2', formerCustomerId: 'c1', facts, summary: `about ${interactionId}`, reason: 'same name', ...(followUpOn && { followUpOn }),
  });

export const followUp = (interactionId: string, followUpOn: string, rest: Partial<FollowUpScheduled> = {}) =>
  event(FollowUpScheduled, { interactionId, customerId: 'c1', followUpOn, ...rest });

export const bought = (purchaseId: string, amount: number, currency = 'EUR') =>
  event(PurchaseRecorded, { purchaseId, customerId: 'c1', amount: { amount, currency } });
