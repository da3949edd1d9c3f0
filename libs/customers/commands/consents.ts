import { IsIn, IsOptional } from 'class-validator';
import { Command, decide, event } from '#event-sourcing';
import { factsOf, IsKeyword, IsText } from '#event-sourcing/validation';
import { CHANNELS, type Channel } from '../domain/channels.js';
import { changeable, Customer, known, type KnownCustomer } from '../domain/customer.js';
import { ConsentGranted, ConsentWithdrawn, PreferredChannelSet } from '../domain/reach.js';
import { CustomerCommand } from './customer-command.js';

@Command({ summary: 'Records the channel that a customer likes best.', allow: ['manager', 'sales', 'service'] })
export class SetPreferredChannel extends CustomerCommand {
  @IsIn(CHANNELS) channel!: Channel;
}

export const setPreferredChannel = decide(Customer, SetPreferredChannel, (command, state) => {
  const { preferredChannel } = changeable(state, command.customerId);
  return preferredChannel === command.channel ? [] : event(PreferredChannelSet, factsOf(command));
});

@Command({ summary: 'Records that a customer allows contact for a purpose on a channel.', allow: ['manager', 'sales', 'service'] })
export class GrantConsent extends CustomerCommand {
  /** What it allows: `marketing`, `survey` … */
  @IsKeyword() purpose!: string;
  @IsIn(CHANNELS) channel!: Channel;
  /** What proves it: a form, a recording, a tick on a page. */
  @IsOptional() @IsText(500) evidence?: string;
}

export const grantConsent = decide(Customer, GrantConsent, (command, state) => {
  const customer = changeable(state, command.customerId);
  return answerTo(command, customer) === true ? [] : event(ConsentGranted, factsOf(command));
});

@Command({ summary: 'Records that a customer forbids contact for a purpose on a channel.', allow: ['manager', 'sales', 'service'] })
export class WithdrawConsent extends CustomerCommand {
  @IsKeyword() purpose!: string;
  @IsIn(CHANNELS) channel!: Channel;
  @IsOptional() @IsText(500) reason?: string;
}

/** Nobody may be hindered from saying no: also without a yes before, and also when deactivated. */
export const withdrawConsent = decide(Customer, WithdrawConsent, (command, state) => {
  const customer = known(state, command.customerId);
  return answerTo(command, customer) === false ? [] : event(ConsentWithdrawn, factsOf(command));
});

/** Yes, no, or undefined where the customer was never asked. */
function answerTo(asked: { purpose: string; channel: Channel }, { consents }: KnownCustomer): boolean | undefined {
  return consents.find(({ purpose, channel }) => purpose === asked.purpose && channel === asked.channel)?.granted;
}
