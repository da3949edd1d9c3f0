import { contextContract } from '#event-sourcing/validation/testing';
import { interactions } from './context.js';

const call = { customerId: 'li', channel: 'phone', direction: 'inbound', summary: 'asks for a price' };
const plan = { customerId: 'li', plannedFor: '2026-01-12T09:00:00+08:00', channel: 'visit', purpose: 'show the press' };

/** What a caller may send; the id of the aggregate is added. */
const good: [command: string, body: object][] = [
  ['RecordInteraction', call],
  ['RecordInteraction', { ...call, sentiment: -2, durationSeconds: 0, materials: ['price list'], followUpOn: '2026-01-12', contactId: 'wang', channelId: 'hotline' }],
  ['RecordInteraction', { ...call, summary: 'two\nlines', occurredAt: '2026-01-02' }],
  ['CorrectInteraction', { reason: 'tape', changes: { sentiment: null, heldAt: '2026-01-02T09:00:00Z' } }],
  ['AttributeInteraction', { reason: 'same name', customerId: 'lin' }],
  ['ScheduleFollowUp', { followUpOn: '2026-01-12', assignee: 'zhang' }],
  ['CompleteFollowUp', { doneInInteractionId: 'call-2' }],
  ['CancelFollowUp', { reason: 'bought elsewhere' }],
  ['RateTouchpointExperience', { rating: 2 }],
  ['RecordRelationshipSentiment', { customerId: 'li', sentiment: 0 }],
  ['PlanContact', plan],
  ['RescheduleContact', { plannedFor: '2026-01-13T09:00:00+08:00' }],
  ['CancelContact', { reason: 'flood' }],
  ['RecordContactMade', {}],
  ['RecordContactOutcome', { outcome: 'goal-reached' }],
  ['RecordBriefViewed', { customerId: 'li', position: 4711 }],
  ['ConnectChannel', { channel: 'phone', name: 'Hotline' }],
  ['SuspendChannel', { reason: 'New Year' }],
];

/** What must not get in, and the field that is to blame. */
const bad: [command: string, field: string, body: object][] = [
  ['RecordInteraction', 'channel', { ...call, channel: 'telepathy' }],
  ['RecordInteraction', 'direction', { ...call, direction: 'both' }],
  ['RecordInteraction', 'summary', { ...call, summary: ' ' }],
  ['RecordInteraction', 'summary', { ...call, summary: 'x'.repeat(10_001) }],
  ['RecordInteraction', 'summary', { ...call, summary: 'a\u0000b' }],
  ['RecordInteraction', 'customerId', { ...call, customerId: { $ne: null } }],
  ['RecordInteraction', 'sentiment', { ...call, sentiment: 3 }],
  ['RecordInteraction', 'sentiment', { ...call, sentiment: 0.5 }],
  ['RecordInteraction', 'durationSeconds', { ...call, durationSeconds: -1 }],
  ['RecordInteraction', 'durationSeconds', { ...call, durationSeconds: 86_401 }],
  ['RecordInteraction', 'materials', { ...call, materials: [] }],
  ['RecordInteraction', 'materials', { ...call, materials: 'price list' }],
  ['RecordInteraction', 'followUpOn', { ...call, followUpOn: '2026-02-30' }],
  ['RecordInteraction', 'followUpOn', { ...call, followUpOn: '2026-01-12T09:00:00Z' }],
  ['CorrectInteraction', 'changes', { reason: 'tape' }],
  ['CorrectInteraction', 'changes', { reason: 'tape', changes: [] }],
  ['CorrectInteraction', 'changes.channel', { reason: 'tape', changes: { channel: null } }],
  ['CorrectInteraction', 'changes.summary', { reason: 'tape', changes: { summary: null } }],
  ['CorrectInteraction', 'changes.heldAt', { reason: 'tape', changes: { heldAt: '2026-01-02' } }],
  ['CorrectInteraction', 'changes.customerId', { reason: 'tape', changes: { customerId: 'lin' } }],
  ['CorrectInteraction', 'reason', { changes: {} }],
  ['AttributeInteraction', 'customerId', { reason: 'same name' }],
  ['ScheduleFollowUp', 'followUpOn', { followUpOn: 'next week' }],
  ['RateTouchpointExperience', 'rating', { rating: '2' }],
  ['RecordRelationshipSentiment', 'sentiment', { customerId: 'li', sentiment: null }],
  ['PlanContact', 'plannedFor', { ...plan, plannedFor: '2026-01-12T09:00:00' }],
  ['PlanContact', 'plannedFor', { ...plan, plannedFor: '+010000-01-01T00:00:00Z' }],
  ['RecordContactOutcome', 'outcome', { outcome: 'great' }],
  ['RecordBriefViewed', 'position', { customerId: 'li', position: -1 }],
  ['ConnectChannel', 'name', { channel: 'phone', name: '' }],
];

contextContract(interactions, { good, bad });
