import type { Courier, Delivered, Delivery } from '../outbox/courier.js';
import { textOf } from './compose.js';
import type { WrittenMessage } from './folder.js';

/** Keeps messages in the memory of this process: for tests, and where everything is in memory. */
export class MemoryCourier implements Courier {
  private readonly kept = new Map<string, { kind: WrittenMessage['kind']; text: string }>();

  constructor(private readonly from: string) {}

  async deliver(delivery: Delivery): Promise<Delivered> {
    this.kept.set(delivery.messageId, { kind: delivery.content.kind, text: await this.text(delivery) });
    return { via: 'memory' };
  }

  text(delivery: Delivery): Promise<string> {
    return textOf(delivery, this.from);
  }

  async written(): Promise<WrittenMessage[]> {
    return [...this.kept].map(([messageId, { kind }]) => ({ messageId, kind }));
  }

  async remove(messageIds: readonly string[]): Promise<void> {
    for (const messageId of messageIds) this.kept.delete(messageId);
  }
}
