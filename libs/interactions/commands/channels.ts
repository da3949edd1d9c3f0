import { IsIn, IsOptional } from 'class-validator';
import { Command, decide, event, notFound, wrongState } from '#event-sourcing';
import { CHANNELS, type Channel } from '#customers';
import { factsOf, IsId, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { ChannelConnected, ChannelLine, ChannelSuspended } from '../domain/channel.js';

/** What every command about a line, mailbox, site or desk has. */
export abstract class ChannelCommand {
  @IsId() channelId!: string;
  /** When it happened, where that was not now. */
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

@Command({ summary: 'Opens a line, mailbox, site or desk to customers, for the first time or again.', allow: ['manager'] })
export class ConnectChannel extends ChannelCommand {
  @IsIn(CHANNELS) channel!: Channel;
  @IsText(100) name!: string;
  /** Number, mailbox, URL … */
  @IsOptional() @IsText(500) address?: string;
}

export const connectChannel = decide(ChannelLine, ConnectChannel, (command, line) => {
  const data = factsOf(command);
  if (!line || line.suspended) return event(ChannelConnected, data);
  if (line.channel === data.channel && line.name === data.name && line.address === data.address) return [];
  throw wrongState('channel-already-connected', `Channel ${command.channelId} is connected as ${line.name}; suspend it before changing it.`);
});

@Command({ summary: 'Closes a line, mailbox, site or desk until it is connected again.', allow: ['manager'] })
export class SuspendChannel extends ChannelCommand {
  @IsText(500) reason!: string;
}

export const suspendChannel = decide(ChannelLine, SuspendChannel, (command, line) => {
  if (!line) throw notFound('channel-not-found', `There is no channel ${command.channelId}; connect it first, or correct the id.`);
  return line.suspended ? [] : event(ChannelSuspended, { ...factsOf(command), channel: line.channel });
});
