import type { Position } from '../ports/event-store.js';

interface Waiter {
  view: string;
  position: Position;
  resolve: (reached: boolean) => void;
}

/** Those who wait until a view has come to a position. */
export class Waiting {
  private readonly waiters = new Set<Waiter>();

  /** How many wait. */
  get count(): number {
    return this.waiters.size;
  }

  /** @returns true once `moved` tells that the view is there, false when the time is over first. */
  until(view: string, position: Position, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(false), timeoutMs);
      const done = (reached: boolean) => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        resolve(reached);
      };
      const waiter: Waiter = { view, position, resolve: done };
      this.waiters.add(waiter);
    });
  }

  moved(view: string, position: Position): void {
    for (const waiter of this.waiters) {
      if (waiter.view === view && waiter.position <= position) waiter.resolve(true);
    }
  }
}
