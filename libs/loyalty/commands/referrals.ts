import { IsOptional } from 'class-validator';
import { Command, decide, event, invalid, notFound, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { Referral, ReferralConverted, ReferralMade } from '../domain/referrals.js';

@Command({ summary: 'Records that a customer recommended us to somebody.', allow: ['sales', 'service', 'manager'] })
export class RecordReferral {
  @IsId() referralId!: string;
  @IsId() customerId!: string;
  /** The lead or customer that was referred. */
  @IsOptional() @IsId() referredId?: string;
  /** How it is known. */
  @IsText(500) source!: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const recordReferral = decide(Referral, RecordReferral, (command, { status }) => {
  if (status !== 'unknown') throw wrongState('referral-already-recorded', `Referral ${command.referralId} was recorded already; give another one an id of its own.`);
  if (command.referredId === command.customerId) throw invalid('referral-of-oneself', 'Nobody refers themselves; correct referredId.');
  return event(ReferralMade, factsOf(command));
});

@Command({ summary: 'Records that somebody who was referred became a customer.', allow: ['sales', 'service', 'manager'] })
export class ConvertReferral {
  @IsId() referralId!: string;
  @IsId() referredCustomerId!: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const convertReferral = decide(Referral, ConvertReferral, (command, referral) => {
  if (referral.status === 'unknown') throw notFound('referral-not-found', `There is no referral ${command.referralId}; record it first, or correct the id.`);
  if (command.referredCustomerId === referral.customerId) throw invalid('referral-of-oneself', 'Nobody refers themselves; correct referredCustomerId.');
  return referral.status === 'converted' ? [] : event(ReferralConverted, { ...factsOf(command), customerId: referral.customerId });
});
