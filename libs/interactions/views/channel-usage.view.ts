import { onRow, view } from '#event-sourcing';
import { type Channel } from '#customers';
import { ChannelConnected, ChannelSuspended } from '../domain/channel.js';
import { InteractionCorrected, InteractionRecorded, type InteractionFacts } from '../domain/interaction.js';

export interface ChannelUsageRow {
  /** Missing where interactions name a line that nobody connected. */
  channel?: Channel;
  name?: string;
  address?: string;
  status: 'unknown' | 'connected' | 'suspended';
  since?: string;
  inbound: number;
  outbound: number;
}

export const channelUsage = view<ChannelUsageRow>('channel_usage', {
  version: 1,
  summary: 'The firm\'s lines, mailboxes, sites and desks, and how many interactions came and went through each.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: null,
  indexes: [{ channel: 1, status: 1 }],
})
  .key((event) => event.data.channelId)
  .on(ChannelConnected, (row, { data: { channelId: _, ...line }, occurredAt }) => {
    const { inbound, outbound } = row ?? unused;
    return { ...line, status: 'connected', since: occurredAt, inbound, outbound };
  })
  .on(ChannelSuspended, onRow((_, { occurredAt }) => ({ status: 'suspended', since: occurredAt })))
  .on(InteractionRecorded, ({ data }) => data.channelId, (row = unused, { data }) => counted(row, data, +1))
  .on(InteractionCorrected, ({ data: { former, facts } }) => [former.channelId, facts.channelId].filter((id) => id !== undefined), (row = unused, { data }, key) => {
    const without = data.former.channelId === key ? counted(row, data.former, -1) : row;
    return data.facts.channelId === key ? counted(without, data.facts, +1) : without;
  });

const unused: ChannelUsageRow = { status: 'unknown', inbound: 0, outbound: 0 };

function counted(row: ChannelUsageRow, { direction }: Pick<InteractionFacts, 'direction'>, by: 1 | -1): ChannelUsageRow {
  return { ...row, [direction]: row[direction] + by };
}
