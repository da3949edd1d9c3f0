import type { MessageContent } from '../domain/message.js';

/** A message on its way. */
export interface Delivery {
  /** The same at each attempt: a receiver that knows it has the message already. */
  messageId: string;
  content: MessageContent;
  /** When it is sent, this time. */
  now: Date;
}

/** What came of a delivery that succeeded. */
export interface Delivered {
  via: 'smtp' | 'folder' | 'memory' | 'webhook';
  /** What the receiver answered. */
  answer?: string;
}

/** The port to what lies outside. Adapters: a mail server, a web hook, a folder. */
export interface Courier {
  /**
   * Resolves once the receiver has taken the message over.
   * @throws Undeliverable there is no sense in trying again. Any other error: it is tried again.
   */
  deliver(delivery: Delivery): Promise<Delivered>;
  /** The message as it is sent. */
  text(delivery: Delivery): Promise<string>;
  /** Removes what is kept of messages, where it keeps any. */
  remove?(messageIds: readonly string[]): Promise<void>;
  close?(): Promise<void>;
}

/** The receiver refuses it for good. */
export class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}
