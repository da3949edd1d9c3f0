import { textOf } from '../adapters/compose.js';
import { FolderCourier } from '../adapters/folder.js';
import { MemoryCourier } from '../adapters/memory.js';
import { SmtpMail, type SmtpMailOptions } from '../adapters/smtp-mail.js';
import { WebhookCourier, type WebhookOptions } from '../adapters/webhook.js';
import type { Courier, Delivered, Delivery } from './courier.js';

/** Where messages go. */
export interface DeliveryPlaces {
  /** The sender of mails, and the firm's own mailbox. */
  from: string;
  /** The mail server; absent: mails are written to the folder. */
  smtp?: string;
  /** Absent: web hooks are written to the folder. */
  webhook?: WebhookOptions;
  /** Absent: what has nowhere else to go is kept in memory. */
  folder?: string;
}

/** Takes each message to where its kind goes. */
export class Couriers implements Courier {
  /** What is written in place of being sent. */
  readonly kept: FolderCourier | MemoryCourier;
  private readonly mail: Courier;
  private readonly webhook: Courier;
  private readonly from: string;

  constructor({ from, smtp, webhook, folder }: DeliveryPlaces) {
    this.from = from;
    this.kept = folder === undefined ? new MemoryCourier(from) : new FolderCourier(folder, from);
    this.mail = smtp === undefined ? this.kept : new SmtpMail({ url: smtp, from } satisfies SmtpMailOptions);
    this.webhook = webhook === undefined ? this.kept : new WebhookCourier(webhook);
  }

  deliver(delivery: Delivery): Promise<Delivered> {
    return (delivery.content.kind === 'mail' ? this.mail : this.webhook).deliver(delivery);
  }

  text(delivery: Delivery): Promise<string> {
    return textOf(delivery, this.from);
  }

  remove(messageIds: readonly string[]): Promise<void> {
    return this.kept.remove(messageIds);
  }

  async close(): Promise<void> {
    await this.mail.close?.();
  }
}
