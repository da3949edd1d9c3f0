import { describe, expect, it } from '@jest/globals';
import { eventTypeOf, type Class } from '#event-sourcing';
import { faultsIn } from '#event-sourcing/validation/testing';
import { interactions } from './context.js';

const commands = new Map<string, { command: Class; idField: string }>(interactions.decisions.map((decision) => [decision.command.name, decision]));
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

function faultsOf(command: string, body: object): string[] {
  const { command: type, idField } = commands.get(command)!;
  return faultsIn(type, { [idField]: 'id-1', ...body });
}

describe('the context of interactions', () => {
  it('folds each of its events in one of its aggregates', () => {
    const folded = interactions.aggregates.flatMap((aggregate) => aggregate.eventTypes().map(({ name }) => name));
    expect(folded.sort()).toEqual(interactions.events.map((type) => eventTypeOf(type).name).sort());
  });

  it('has a summary for each command and view', () =>
    expect([...interactions.decisions, ...interactions.views].filter(({ options }) => !options.summary)).toEqual([]));

  it.each(good)('accepts %s %j', (command, body) => expect(faultsOf(command, body)).toEqual([]));

  it.each(bad)('refuses %s for its %s: %j', (command, field, body) => expect(faultsOf(command, body)).toContain(field));

  it.each([...commands.keys()])('refuses %s without a good id, and with a field it does not have', (command) => {
    const { idField } = commands.get(command)!;
    for (const id of [undefined, null, '', 'a b', 'x'.repeat(101), 7, {}, ['a'], 'a/../b', 'a\n', '{"$ne":1}']) {
      expect(faultsOf(command, { [idField]: id })).toContain(idField);
    }
    expect(faultsOf(command, { admin: true })).toContain('admin');
    expect(faultsOf(command, { occurredAt: 'yesterday' })).toContain('occurredAt');
  });
});
