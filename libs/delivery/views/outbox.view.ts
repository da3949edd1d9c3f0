import { view } from '#event-sourcing';
import { DeliveryFailed, MailQueued, MessageDeadLettered, MessageDelivered, MessageRetried, WebhookQueued } from '../domain/message.js';

export interface OutboxRow {
  kind: 'mail' | 'webhook';
  customerId?: string;
  contactId?: string;
  reference?: string;
  to?: readonly string[];
  subject?: string;
  /** Of a web hook. */
  type?: string;
  /** The process, or whoever else sent it. */
  sentBy: string;
  queuedAt: string;
  status: 'queued' | 'delivered' | 'dead';
  attempts: number;
  /** When it is tried next; null where it is not. */
  dueAt: string | null;
  deliveredAt?: string;
  via?: string;
  /** Why the last attempt failed. */
  error?: string;
}

export const outbox = view<OutboxRow>('outbox', {
  version: 1,
  summary: 'Messages that leave the firm, what became of them, and which wait: `{ "status": "dead" }` are those that were given up.',
  allow: ['manager', 'developer'],
  personal: ['to', 'subject', 'error'],
  record: 'customerId',
  indexes: [{ status: 1, dueAt: 1 }, { customerId: 1, queuedAt: -1 }, { contactId: 1 }, { reference: 1 }],
})
  .key(({ data }) => data['messageId'])
  .on(MailQueued, (_, { data: { messageId: __, text: ___, html: ____, ...data }, occurredAt, metadata: { actor } }) => ({
    kind: 'mail', ...data, sentBy: actor, queuedAt: occurredAt, status: 'queued', attempts: 0, dueAt: occurredAt,
  }))
  .on(WebhookQueued, (_, { data: { messageId: __, payload: ___, ...data }, occurredAt, metadata: { actor } }) => ({
    kind: 'webhook', ...data, sentBy: actor, queuedAt: occurredAt, status: 'queued', attempts: 0, dueAt: occurredAt,
  }))
  .on(MessageDelivered, (row, { data: { attempt, via }, occurredAt }) => {
    if (!row) return row;
    const { error: _, ...rest } = row;
    return { ...rest, status: 'delivered', attempts: attempt, dueAt: null, deliveredAt: occurredAt, via };
  })
  .on(DeliveryFailed, (row, { data: { attempt, error, retryAt } }) => row && { ...row, attempts: attempt, dueAt: retryAt, ...(error !== undefined && { error }) })
  .on(MessageDeadLettered, (row, { data: { attempt, error } }) => row && { ...row, status: 'dead', attempts: attempt, dueAt: null, ...(error !== undefined && { error }) })
  .on(MessageRetried, (row, { occurredAt }) => row && { ...row, status: 'queued', attempts: 0, dueAt: occurredAt });
