import { ConnectChannel } from '../../../libs/interactions/commands/channels.js';
import { PlanContact, RecordContactMade, RecordContactOutcome } from '../../../libs/interactions/commands/contact-plan.js';
import { RateTouchpointExperience, RecordRelationshipSentiment } from '../../../libs/interactions/commands/feeling.js';
import { CompleteFollowUp } from '../../../libs/interactions/commands/follow-up.js';
import { AttributeInteraction, CorrectInteraction, RecordInteraction } from '../../../libs/interactions/commands/record.js';
import { dateIn, momentIn, step, type Step } from './step.js';

/** Talks, letters and visits; plans that came true and plans that did not; what is to be done next. */
export function interactionSteps(now: Date): readonly Step[] {
  const said = (daysAgo: number, interactionId: string, fields: Omit<RecordInteraction, 'interactionId' | 'occurredAt'>) => step(daysAgo, RecordInteraction, { interactionId, ...fields });
  return [
    step(700, ConnectChannel, { channelId: 'hotline', channel: 'phone', name: 'Customer line', address: '+86 28 5550 0100' }),
    step(700, ConnectChannel, { channelId: 'service-mailbox', channel: 'e-mail', name: 'Service mailbox', address: 'service@guanxi.example.com' }),

    said(330, 'call-1', { customerId: 'mingde-tea', channel: 'phone', direction: 'inbound', contactId: 'zhou-lan', channelId: 'hotline', sentiment: 1, durationSeconds: 540, summary: 'Asked for a quote for three more houses.' }),
    said(240, 'visit-1', { customerId: 'mingde-tea', channel: 'visit', direction: 'outbound', contactId: 'zhou-lan', sentiment: 2, materials: ['Catalogue of the year'], summary: 'Tasted the new harvest together; wants it in all houses.' }),
    said(75, 'visit-2', { customerId: 'mingde-tea', channel: 'visit', direction: 'outbound', contactId: 'zhou-lan', sentiment: 2, summary: 'Agreed on yearly prices.' }),
    said(4, 'call-2', { customerId: 'mingde-tea', channel: 'phone', direction: 'outbound', contactId: 'zhou-lan', channelId: 'hotline', sentiment: 1, durationSeconds: 300, summary: 'Delivery arrived complete. Kunming needs training.', followUpOn: dateIn(3, now) }),
    said(52, 'chat-1', { customerId: 'mingde-kunming', channel: 'instant-message', direction: 'inbound', contactId: 'he-jun', sentiment: 0, summary: 'Which tea for the opening week?' }),

    said(214, 'mail-1', { customerId: 'harbour-books', channel: 'e-mail', direction: 'inbound', contactId: 'ingrid-berg', channelId: 'service-mailbox', sentiment: 1, summary: 'Thanks for the quick delivery.' }),
    said(6, 'mail-2', { customerId: 'harbour-books', channel: 'e-mail', direction: 'inbound', contactId: 'ingrid-berg', channelId: 'service-mailbox', sentiment: -1, summary: 'One gaiwan was broken.', followUpOn: dateIn(-2, now) }),
    step(5, RateTouchpointExperience, { interactionId: 'mail-2', rating: 1, comment: 'Money back the next day' }),
    step(3, CompleteFollowUp, { interactionId: 'mail-2', note: 'Refund confirmed' }),

    said(228, 'fax-1', { customerId: 'green-valley', channel: 'fax', direction: 'inbound', sentiment: -1, summary: 'Order cut by half: a rival offers less.' }),
    said(90, 'letter-1', { customerId: 'green-valley', channel: 'letter', direction: 'outbound', materials: ['Price list'], summary: 'Sent new prices.', followUpOn: dateIn(-10, now) }),
    said(465, 'call-3', { customerId: 'north-star', channel: 'phone', direction: 'inbound', channelId: 'hotline', sentiment: -2, durationSeconds: 900, summary: 'Second late delivery; will look elsewhere.' }),

    said(110, 'chat-2', { customerId: 'li-wei', channel: 'instant-message', direction: 'inbound', sentiment: 2, summary: 'Recommended us to a colleague.' }),
    said(39, 'walk-in-1', { customerId: 'li-wei', channel: 'walk-in', direction: 'inbound', sentiment: 1, summary: 'Tasted three teas, took one.' }),
    said(84, 'web-1', { customerId: 'sofia-marino', channel: 'web', direction: 'inbound', sentiment: 0, summary: 'Asked whether gift wrapping is possible.' }),
    said(17, 'walk-in-2', { customerId: 'tomas-novak', channel: 'walk-in', direction: 'inbound', sentiment: 1, summary: 'First visit to the shop.', followUpOn: dateIn(7, now) }),
    said(124, 'sms-1', { customerId: 'amara-okafor', channel: 'sms', direction: 'outbound', summary: 'Your order is on its way.' }),
    said(26, 'call-4', { customerId: 'chen-yu', channel: 'phone', direction: 'outbound', sentiment: 1, durationSeconds: 420, summary: 'Invited back with a tasting; came the next day.' }),
    said(28, 'field-1', { customerId: 'nadia-haddad', channel: 'field', direction: 'outbound', sentiment: 1, summary: 'Met at the fair; interested in gift boxes.', followUpOn: dateIn(1, now) }),
    said(69, 'mail-3', { customerId: 'emil-larsen', channel: 'e-mail', direction: 'inbound', channelId: 'service-mailbox', sentiment: -2, summary: 'Wrong tea for the second time.' }),
    said(14, 'mail-4', { customerId: 'emil-larsen', channel: 'e-mail', direction: 'inbound', channelId: 'service-mailbox', sentiment: -1, summary: 'Still waits for an answer to the complaint.', followUpOn: dateIn(0, now) }),

    step(13, CorrectInteraction, { interactionId: 'mail-4', changes: { sentiment: -2 }, reason: 'Read again: worse than noted' }),
    said(50, 'call-5', { customerId: 'sofia-marino', channel: 'phone', direction: 'inbound', channelId: 'hotline', sentiment: 1, summary: 'Asked about opening hours.' }),
    step(49, AttributeInteraction, { interactionId: 'call-5', customerId: 'li-wei', reason: 'The number is that of Li Wei' }),

    step(80, RecordRelationshipSentiment, { relationshipId: 'mingde-tea', customerId: 'mingde-tea', contactId: 'zhou-lan', sentiment: 2, note: 'Sees us as a partner' }),
    step(12, RecordRelationshipSentiment, { relationshipId: 'emil-larsen', customerId: 'emil-larsen', sentiment: -2, note: 'Buys for lack of a choice' }),

    step(85, PlanContact, { contactplanId: 'plan-1', customerId: 'mingde-tea', plannedFor: momentIn(-75, now), channel: 'visit', contactId: 'zhou-lan', purpose: 'Yearly prices' }),
    step(75, RecordContactMade, { contactplanId: 'plan-1', interactionId: 'visit-2' }),
    step(74, RecordContactOutcome, { contactplanId: 'plan-1', outcome: 'goal-reached', note: 'Signed' }),
    step(30, PlanContact, { contactplanId: 'plan-2', customerId: 'green-valley', plannedFor: momentIn(-20, now), channel: 'phone', purpose: 'Win back' }),
    step(2, PlanContact, { contactplanId: 'plan-3', customerId: 'emil-larsen', plannedFor: momentIn(2, now), channel: 'phone', purpose: 'Apologise, and ask what would help' }),
  ];
}
