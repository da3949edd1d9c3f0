import { IsIn, IsInt, IsOptional, Min } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { IsId, IsText } from '#event-sourcing/validation';
import { ATTEMPTS_AT_MOST, pauseAfter } from '../domain/back-off.js';
import { aboutOf, DeliveryFailed, knownMessage, Message, MessageDeadLettered, MessageDelivered, MessageRetried, type MessageState } from '../domain/message.js';

/** What the outbox says of an attempt. */
abstract class AttemptCommand {
  @IsId() messageId!: string;
  /** Which attempt it was, from 1. */
  @IsInt() @Min(1) attempt!: number;
}

@Command({ summary: 'Says that a message was taken over by its receiver.', allow: [] })
export class RecordDelivery extends AttemptCommand {
  @IsIn(['smtp', 'folder', 'memory', 'webhook']) via!: string;
  @IsOptional() @IsText(1000) answer?: string;
}

export const recordDelivery = decide(Message, RecordDelivery, ({ messageId, attempt, via, answer }, state) => {
  const message = attempted(state, messageId, attempt);
  return message ? event(MessageDelivered, { messageId, ...aboutOf(message), attempt, via, ...(answer !== undefined && { answer }) }) : [];
});

@Command({ summary: 'Says that a message could not be delivered.', allow: [] })
export class RecordDeliveryFailure extends AttemptCommand {
  /** Left out where it may not be kept. */
  @IsOptional() @IsText(1000) error?: string;
  /** Whether another attempt makes sense. */
  @IsIn([true, false]) again!: boolean;
}

export const recordDeliveryFailure = decide(Message, RecordDeliveryFailure, ({ messageId, attempt, error, again }, state, { now }) => {
  const message = attempted(state, messageId, attempt);
  if (!message) return [];
  const failed = { messageId, ...aboutOf(message), attempt, ...(error !== undefined && { error }) };
  if (!again || attempt >= ATTEMPTS_AT_MOST) return event(MessageDeadLettered, failed);
  return event(DeliveryFailed, { ...failed, retryAt: new Date(Date.parse(now) + pauseAfter(attempt, messageId)).toISOString() });
});

@Command({ summary: 'Has a message tried again that could not be delivered.', allow: ['manager'] })
export class RetryMessage {
  @IsId() messageId!: string;
}

export const retryMessage = decide(Message, RetryMessage, ({ messageId }, state) => {
  const message = knownMessage(state, messageId);
  if (message.status !== 'dead') throw wrongState('message-not-dead', `Message ${messageId} is ${message.status}; only one that was given up is retried by hand.`);
  return event(MessageRetried, { messageId, ...aboutOf(message) });
});

/** The message, where this attempt is the one that is due; another worker may have been quicker. */
function attempted(state: MessageState, messageId: string, attempt: number) {
  const message = knownMessage(state, messageId);
  return message.status === 'queued' && message.attempts + 1 === attempt ? message : undefined;
}
