// What other contexts and applications may know of delivery: how to send, and what became of it.
export { sendMail, sendWebhook, type Mail, type Webhook } from './effects.js';
export { RetryMessage } from './commands/outcome.js';
export { SendMail, SendWebhook } from './commands/send.js';
export { DeliveryFailed, MailQueued, MessageDeadLettered, MessageDelivered, MessageRetried, WebhookQueued } from './domain/message.js';
export { Couriers, type DeliveryPlaces } from './outbox/couriers.js';
export { Undeliverable, type Courier, type Delivered, type Delivery } from './outbox/courier.js';
export { Outbox } from './outbox/outbox.js';
export { type OutboxRow } from './views/outbox.view.js';
