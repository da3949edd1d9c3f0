import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { ChannelConnected, ChannelLine, ChannelSuspended } from '../domain/channel.js';
import { connectChannel, suspendChannel } from './channels.js';

const hotline = { channelId: 'hotline', channel: 'phone' as const, name: 'Hotline', address: '400 123 456' };
const connected = event(ChannelConnected, hotline);
const suspended = event(ChannelSuspended, { channelId: 'hotline', channel: 'phone', reason: 'New Year' });

describe('a channel', () => {
  it('is connected once', () => {
    given(ChannelLine, []).when(connectChannel, hotline).then([connected]);
    given(ChannelLine, [connected]).when(connectChannel, hotline).then([]);
    given(ChannelLine, [connected]).when(connectChannel, { ...hotline, name: 'Other' }).thenRejected('channel-already-connected');
  });

  it('is suspended once, and then connected again, also otherwise', () => {
    given(ChannelLine, [connected]).when(suspendChannel, { channelId: 'hotline', reason: 'New Year' }).then([suspended]);
    given(ChannelLine, [connected, suspended]).when(suspendChannel, { channelId: 'hotline', reason: 'New Year' }).then([]);
    given(ChannelLine, [connected, suspended]).when(connectChannel, hotline).then([connected]);
    given(ChannelLine, [connected, suspended]).when(connectChannel, { ...hotline, name: 'Other' }).then([event(ChannelConnected, { ...hotline, name: 'Other' })]);
  });

  it('must have been connected', () => given(ChannelLine, []).when(suspendChannel, { channelId: 'hotline', reason: 'typo' }).thenRejected('channel-not-found'));
});
