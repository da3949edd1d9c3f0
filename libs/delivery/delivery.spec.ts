import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { recordDelivery, recordDeliveryFailure, retryMessage } from './commands/outcome.js';
import { sendMailCommand, sendWebhookCommand } from './commands/send.js';
import { ATTEMPTS_AT_MOST, pauseAfter } from './domain/back-off.js';
import { DeliveryFailed, MailQueued, Message, MessageDeadLettered, MessageDelivered, MessageRetried, WebhookQueued } from './domain/message.js';
import { outbox } from './views/outbox.view.js';

const mail = { messageId: 'm1', customerId: 'li', reference: 'call-1', to: ['li@example.com'], subject: 'Thank you', text: 'For your order.' };
const queued = event(MailQueued, mail);
const about = { messageId: 'm1', customerId: 'li', reference: 'call-1' };
const NOON = '2026-01-05T12:00:00.000Z';

describe('a message', () => {
  it('is queued once', () => {
    given(Message, []).when(sendMailCommand, mail).then([queued]);
    given(Message, [queued]).when(sendMailCommand, mail).thenRejected('message-already-there');
    given(Message, []).when(sendWebhookCommand, { messageId: 'w1', type: 'order.paid', payload: { total: 1 } }).then([event(WebhookQueued, { messageId: 'w1', type: 'order.paid', payload: { total: 1 } })]);
    given(Message, [queued]).when(sendWebhookCommand, { messageId: 'm1', type: 'x', payload: {} }).thenRejected('message-already-there');
  });

  it('is delivered once, and by the attempt that was due', () => {
    const delivered = event(MessageDelivered, { ...about, attempt: 1, via: 'smtp', answer: '250 OK' });
    given(Message, [queued]).when(recordDelivery, { messageId: 'm1', attempt: 1, via: 'smtp', answer: '250 OK' }).then([delivered]);
    given(Message, [queued]).when(recordDelivery, { messageId: 'm1', attempt: 2, via: 'smtp' }).then([]);
    given(Message, [queued, delivered]).when(recordDelivery, { messageId: 'm1', attempt: 1, via: 'smtp' }).then([]);
    given(Message, [queued, delivered]).when(recordDeliveryFailure, { messageId: 'm1', attempt: 2, again: true }).then([]);
    given(Message, []).when(recordDelivery, { messageId: 'm1', attempt: 1, via: 'smtp' }).thenRejected('message-not-found');
  });

  it('is tried again later and later, and then given up', () => {
    const retryAt = new Date(Date.parse(NOON) + pauseAfter(1, 'm1')).toISOString();
    given(Message, [queued]).when(recordDeliveryFailure, { messageId: 'm1', attempt: 1, error: 'busy', again: true }).then([event(DeliveryFailed, { ...about, attempt: 1, error: 'busy', retryAt })]);
    const last = event(DeliveryFailed, { ...about, attempt: ATTEMPTS_AT_MOST - 1, retryAt });
    given(Message, [queued, last]).when(recordDeliveryFailure, { messageId: 'm1', attempt: ATTEMPTS_AT_MOST, error: 'busy', again: true })
      .then([event(MessageDeadLettered, { ...about, attempt: ATTEMPTS_AT_MOST, error: 'busy' })]);
  });

  it('is given up at once where its receiver refuses it for good, and retried by hand', () => {
    const dead = event(MessageDeadLettered, { ...about, attempt: 1, error: 'no such mailbox' });
    given(Message, [queued]).when(recordDeliveryFailure, { messageId: 'm1', attempt: 1, error: 'no such mailbox', again: false }).then([dead]);
    given(Message, [queued, dead]).when(retryMessage, { messageId: 'm1' }).then([event(MessageRetried, about)]);
    given(Message, [queued]).when(retryMessage, { messageId: 'm1' }).thenRejected('message-not-dead');
    given(Message, [queued, dead, event(MessageRetried, about)]).when(recordDelivery, { messageId: 'm1', attempt: 1, via: 'smtp' }).then([event(MessageDelivered, { ...about, attempt: 1, via: 'smtp' })]);
  });
});

describe('the pause before another attempt', () => {
  it('doubles up to six hours, and differs between messages', () => {
    for (let attempt = 1; attempt <= ATTEMPTS_AT_MOST; attempt++) {
      const longest = Math.min(21_600_000, 10_000 * 2 ** (attempt - 1));
      const pauses = Array.from({ length: 200 }, (_, index) => pauseAfter(attempt, `message-${index}`));
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(longest / 2);
      expect(Math.max(...pauses)).toBeLessThanOrEqual(longest);
      expect(new Set(pauses).size).toBeGreaterThan(150);
    }
    expect(pauseAfter(3, 'm1')).toBe(pauseAfter(3, 'm1'));
  });
});

describe('the outbox', () => {
  const row = { kind: 'mail', customerId: 'li', reference: 'call-1', to: ['li@example.com'], subject: 'Thank you', sentBy: 'tester', queuedAt: NOON } as const;

  it('shows what waits, what was delivered and what was given up', () => {
    const failed = event(DeliveryFailed, { ...about, attempt: 1, error: 'busy', retryAt: '2026-01-05T12:01:00.000Z' });
    given(outbox, [queued]).then('m1', { ...row, status: 'queued', attempts: 0, dueAt: NOON });
    given(outbox, [queued, failed]).then('m1', { ...row, status: 'queued', attempts: 1, dueAt: '2026-01-05T12:01:00.000Z', error: 'busy' });
    given(outbox, [queued, failed, event(MessageDelivered, { ...about, attempt: 2, via: 'smtp' })]).then('m1', { ...row, status: 'delivered', attempts: 2, dueAt: null, deliveredAt: NOON, via: 'smtp' });
    const dead = event(MessageDeadLettered, { ...about, attempt: 1, error: 'gone' });
    given(outbox, [queued, dead]).then('m1', { ...row, status: 'dead', attempts: 1, dueAt: null, error: 'gone' });
    given(outbox, [queued, dead, event(MessageRetried, about)]).then('m1', { ...row, status: 'queued', attempts: 0, dueAt: NOON, error: 'gone' });
    given(outbox, [event(WebhookQueued, { messageId: 'w1', type: 'order.paid', payload: { total: 1 } })]).then('w1', { kind: 'webhook', type: 'order.paid', sentBy: 'tester', queuedAt: NOON, status: 'queued', attempts: 0, dueAt: NOON });
  });
});
