import { Webhook } from 'standardwebhooks';
import type { MessageContent } from '../domain/message.js';
import { webhookBody } from './compose.js';
import { Undeliverable, type Courier, type Delivered, type Delivery } from '../outbox/courier.js';

const TIMEOUT_MS = 15_000;
const SHOWN = 200;
/** The receiver has gone for good, and asks not to be called again (Standard Webhooks). */
const GONE = 410;

export interface WebhookOptions {
  url: string;
  /** `whsec_` and base64 of 24 to 64 bytes. */
  secret: string;
}

/**
 * Calls a web hook as Standard Webhooks has it: the body signed with HMAC-SHA-256 together with the id and the time, in
 * the headers `webhook-id` (the same at each attempt), `webhook-timestamp` and `webhook-signature`.
 */
export class WebhookCourier implements Courier {
  private readonly signing: Webhook;

  constructor(private readonly options: WebhookOptions) {
    this.signing = new Webhook(options.secret);
  }

  async deliver({ messageId, content, now }: Delivery): Promise<Delivered> {
    const body = bodyOf(content, now);
    const headers = {
      'content-type': 'application/json', 'user-agent': 'Guanxi', 'webhook-id': messageId,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)), 'webhook-signature': this.signing.sign(messageId, now, body),
    };
    // Where it leads elsewhere, nobody has said that what is sent may be known there.
    const response = await fetch(this.options.url, { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const answer = `${response.status} ${(await response.text()).slice(0, SHOWN)}`.trim();
    if (response.ok) return { via: 'webhook', answer };
    throw response.status === GONE ? new Undeliverable(answer) : new Error(answer);
  }

  async text({ content, now }: Delivery): Promise<string> {
    return bodyOf(content, now);
  }
}

function bodyOf(content: MessageContent, now: Date): string {
  if (content.kind !== 'webhook') throw new Undeliverable('A web hook takes no mail.');
  return webhookBody(content, now);
}
