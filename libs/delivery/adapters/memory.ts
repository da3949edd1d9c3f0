import { compose, mailOptions } from './compose.js';
import type { Courier, Delivered, Delivery } from '../outbox/courier.js';
import type { WrittenMessage } from './folder.js';

const FROM = 'Guanxi <guanxi@localhost>';

/** Keeps messages in the memory of this process: for tests, and where everything is in memory. */
export class MemoryCourier implements Courier {
  private readonly kept = new Map<string, { kind: WrittenMessage['kind']; text: string }>();

  constructor(private readonly from = FROM) {}

  async deliver(delivery: Delivery): Promise<Delivered> {
    const { messageId, content } = delivery;
    const text = content.kind === 'mail' ? (await compose(mailOptions(delivery, content, this.from))).toString() : JSON.stringify({ type: content.type, data: content.payload });
    this.kept.set(messageId, { kind: content.kind, text });
    return { via: 'memory' };
  }

  async written(): Promise<WrittenMessage[]> {
    return [...this.kept].map(([messageId, { kind }]) => ({ messageId, kind }));
  }

  async read(messageId: string): Promise<string | undefined> {
    return this.kept.get(messageId)?.text;
  }

  async remove(messageIds: readonly string[]): Promise<void> {
    for (const messageId of messageIds) this.kept.delete(messageId);
  }
}
