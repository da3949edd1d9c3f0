import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { ChannelConnected, ChannelSuspended } from '../domain/channel.js';
import { InteractionCorrected, InteractionRecorded, type InteractionFacts } from '../domain/interaction.js';
import { channelUsage, type ChannelUsageRow } from './channel-usage.view.js';

const NOON = '2026-01-05T12:00:00.000Z';
const hotline = { channelId: 'hotline', channel: 'phone' as const, name: 'Hotline' };
const connected = event(ChannelConnected, hotline);
const call = (channelId?: string) => event(InteractionRecorded, {
  interactionId: 'call-1', customerId: 'li', channel: 'phone', direction: 'inbound', summary: 'asks', ...(channelId && { channelId }),
});
const row: ChannelUsageRow = { channel: 'phone', name: 'Hotline', status: 'connected', since: NOON, inbound: 0, outbound: 0 };
const facts: InteractionFacts = { channel: 'phone', direction: 'inbound', heldAt: NOON, channelId: 'hotline' };
const correctedTo = (now: InteractionFacts) => event(InteractionCorrected, {
  interactionId: 'call-1', customerId: 'li', fields: ['channelId'], former: facts, facts: now, formerSummary: 'asks', summary: 'asks', reason: 'typo',
});

describe('the use of a channel', () => {
  it('counts the interactions that named it', () =>
    given(channelUsage, [connected, call('hotline'), call()]).then('hotline', { ...row, inbound: 1 }));

  it('follows corrections', () => {
    const { channelId: _, ...nowhere } = facts;
    const moved = given(channelUsage, [connected, call('hotline'), correctedTo({ ...facts, channelId: 'desk' })]);
    moved.then('hotline', row);
    moved.then('desk', { status: 'unknown', inbound: 1, outbound: 0 });
    given(channelUsage, [connected, call('hotline'), correctedTo({ ...facts, direction: 'outbound' })]).then('hotline', { ...row, outbound: 1 });
    given(channelUsage, [connected, call('hotline'), correctedTo(nowhere)]).then('hotline', row);
  });

  it('keeps its counts when it is suspended and connected again', () => {
    const later = '2026-02-01T08:00:00.000Z';
    const suspended = recorded(event(ChannelSuspended, { channelId: 'hotline', channel: 'phone', reason: 'New Year' }), { position: 3, occurredAt: later });
    given(channelUsage, [connected, call('hotline'), suspended]).then('hotline', { ...row, status: 'suspended', since: later, inbound: 1 });
    given(channelUsage, [connected, call('hotline'), suspended, connected]).then('hotline', { ...row, inbound: 1 });
  });

  it('counts before somebody connects it', () => given(channelUsage, [call('hotline'), connected]).then('hotline', { ...row, inbound: 1 }));
});
