import { aggregate, DomainEvent, notFound, Personal, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.
// Every event of a message names whom it is about, so that nobody has to look it up. Messages to the firm's own people
// may be about nobody.

const ABOUT = { subject: ['customerId', 'contactId'], optional: true };

abstract class OfMessage {
  messageId!: string;
  customerId?: string;
  contactId?: string;
  /** What it belongs to, such as the instance of a process: told with what becomes of the message. */
  @Plain() reference?: string;
}

/** A mail is to be sent. */
@DomainEvent()
export class MailQueued extends OfMessage {
  /** Addresses; none: the firm's own mailbox. */
  @Personal(ABOUT) to?: readonly string[];
  @Personal(ABOUT) subject!: string;
  @Personal(ABOUT) text!: string;
  @Personal(ABOUT) html?: string;
}

/** A web hook is to be called. */
@DomainEvent()
export class WebhookQueued extends OfMessage {
  /** What happened, such as `follow-up.missed`. */
  @Plain() type!: string;
  @Personal(ABOUT) payload!: object;
}

/** Somebody else has taken it over: a mail server, the receiver of a web hook, the folder. */
@DomainEvent()
export class MessageDelivered extends OfMessage {
  /** How often it was tried, this time included. */
  attempt!: number;
  @Plain() via!: string;
  /** What they answered. */
  @Personal(ABOUT) answer?: string;
}

/** It could not be delivered, and is tried again. */
@DomainEvent()
export class DeliveryFailed extends OfMessage {
  attempt!: number;
  @Personal(ABOUT) error?: string;
  retryAt!: string;
}

/** It could not be delivered, and is tried no more until somebody asks for it. */
@DomainEvent()
export class MessageDeadLettered extends OfMessage {
  attempt!: number;
  @Personal(ABOUT) error?: string;
}

/** It is to be tried again. */
@DomainEvent()
export class MessageRetried extends OfMessage {}

export type MessageContent =
  | { kind: 'mail'; to?: readonly string[]; subject: string; text: string; html?: string }
  | { kind: 'webhook'; type: string; payload: object };

export interface KnownMessage {
  customerId?: string;
  contactId?: string;
  reference?: string;
  content: MessageContent;
  queuedAt: string;
  status: 'queued' | 'delivered' | 'dead';
  /** Since it was queued or retried. */
  attempts: number;
  /** When it is to be tried. */
  dueAt: string;
}

/** Null: there is no such message. */
export type MessageState = KnownMessage | null;

/** Whom and what a message is about, for its events. */
export const aboutOf = ({ customerId, contactId, reference }: OfMessage | KnownMessage) => ({
  ...(customerId !== undefined && { customerId }), ...(contactId !== undefined && { contactId }), ...(reference !== undefined && { reference }),
});

const queued = (data: OfMessage, content: MessageContent, at: string): KnownMessage => ({ ...aboutOf(data), content, queuedAt: at, status: 'queued', attempts: 0, dueAt: at });

const of = <E>(evolve: (message: KnownMessage, event: E, at: string) => Partial<KnownMessage>) => (message: MessageState, event: E, { occurredAt }: { occurredAt: string }): MessageState =>
  message && { ...message, ...evolve(message, event, occurredAt) };

export const Message = aggregate<'message', MessageState>('message', null)
  .on(MailQueued, (_, { to, subject, text, html, ...data }, { occurredAt }) => queued(data, { kind: 'mail', ...(to && { to }), subject, text, ...(html !== undefined && { html }) }, occurredAt))
  .on(WebhookQueued, (_, { type, payload, ...data }, { occurredAt }) => queued(data, { kind: 'webhook', type, payload }, occurredAt))
  .on(MessageDelivered, of((_, { attempt }) => ({ status: 'delivered', attempts: attempt })))
  .on(DeliveryFailed, of((_, { attempt, retryAt }) => ({ attempts: attempt, dueAt: retryAt })))
  .on(MessageDeadLettered, of((_, { attempt }) => ({ status: 'dead', attempts: attempt })))
  .on(MessageRetried, of((_, __, at) => ({ status: 'queued', attempts: 0, dueAt: at })));

/** @throws Rejection `message-not-found` */
export function knownMessage(message: MessageState, messageId: string): KnownMessage {
  if (!message) throw notFound('message-not-found', `There is no message ${messageId}.`);
  return message;
}
