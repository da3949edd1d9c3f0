import { setImmediate } from 'node:timers';

const LONGEST_TURN_MS = 10;

/** Keeps long reads, which wait for nothing, from holding up the event loop. */
export class EventLoop {
  private turnBegan = 0;
  private nextTurn: Promise<void> | undefined;

  /** Waits for the next turn of the event loop where this one has lasted long. */
  async breathe(): Promise<void> {
    if (!this.nextTurn) {
      this.turnBegan = performance.now();
      this.nextTurn = new Promise((resolve) =>
        setImmediate(() => {
          this.nextTurn = undefined;
          resolve();
        }),
      );
    } else if (performance.now() - this.turnBegan > LONGEST_TURN_MS) {
      await this.nextTurn;
    }
  }
}
