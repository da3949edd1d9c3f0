import { ArrayMaxSize, ArrayMinSize, IsObject, IsOptional, Matches } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsEmailAddress, IsId, IsText } from '#event-sourcing/validation';
import { MailQueued, Message, WebhookQueued } from '../domain/message.js';

const EVENT_TYPE = { message: '$property must be lower case words joined by dots and dashes, such as "follow-up.missed"' };

/** What every message has. */
abstract class MessageCommand {
  /** Also the key by which its receivers know it again: the same at each attempt. */
  @IsId() messageId!: string;
  /** Whom it is about: what it says is sealed for them. */
  @IsOptional() @IsId() customerId?: string;
  @IsOptional() @IsId() contactId?: string;
  /** What it belongs to: told with what becomes of it. */
  @IsOptional() @IsId() reference?: string;
}

@Command({ summary: 'Sends a mail: once, and again until somebody has taken it.', allow: ['manager'] })
export class SendMail extends MessageCommand {
  /** Default: the firm's own mailbox. */
  @IsOptional() @ArrayMinSize(1) @ArrayMaxSize(50) @IsEmailAddress({ each: true }) to?: string[];
  @IsText(200) subject!: string;
  @IsText(100_000) text!: string;
  @IsOptional() @IsText(300_000) html?: string;
}

export const sendMailCommand = decide(Message, SendMail, (command, message) => {
  if (message) throw alreadyThere(command.messageId);
  return event(MailQueued, factsOf(command));
});

@Command({ summary: 'Calls the web hook: once, and again until it has answered.', allow: [] })
export class SendWebhook extends MessageCommand {
  /** What happened, such as `follow-up.missed`. */
  @Matches(/^[a-z][a-z0-9]*([.-][a-z0-9]+)*$/, EVENT_TYPE) type!: string;
  @IsObject() payload!: object;
}

export const sendWebhookCommand = decide(Message, SendWebhook, (command, message) => {
  if (message) throw alreadyThere(command.messageId);
  return event(WebhookQueued, factsOf(command));
});

const alreadyThere = (messageId: string) => wrongState('message-already-there', `There is a message ${messageId} already; take another id, or leave it out in a process.`);
