import { aggregate, DomainEvent, Plain } from '#event-sourcing';
import { type Channel } from '#customers';

// Names and fields of events are the storage format: changed only through an upcaster.
// A channel here is one line, mailbox, site or desk of the firm; `channel` is its kind.

@DomainEvent()
export class ChannelConnected {
  channelId!: string;
  channel!: Channel;
  @Plain() name!: string;
  /** Number, mailbox, URL … */
  @Plain() address?: string;
}

@DomainEvent()
export class ChannelSuspended {
  channelId!: string;
  channel!: Channel;
  @Plain() reason!: string;
}

export interface ConnectedChannel {
  channel: Channel;
  name: string;
  address?: string;
  suspended: boolean;
}

/** Null: no channel was connected under this id. */
export type ChannelState = ConnectedChannel | null;

export const ChannelLine = aggregate<'channel', ChannelState>('channel', null)
  .on(ChannelConnected, (_, { channelId: __, ...channel }) => ({ ...channel, suspended: false }))
  .on(ChannelSuspended, (channel) => channel && { ...channel, suspended: true });
