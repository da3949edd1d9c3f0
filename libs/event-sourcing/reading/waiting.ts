import type { Position } from '../ports/event-store.js';

interface Waiter {
  position: Position;
  resolve: (reached: boolean) => void;
}

/** Those who wait until a view has come to a position. */
export class Waiting {
  private readonly byView = new Map<string, Set<Waiter>>();

  /** How many wait. */
  get count(): number {
    return [...this.byView.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** @returns true once `moved` tells that the view is there, false when the time is over first. */
  until(view: string, position: Position, timeoutMs: number): Promise<boolean> {
    const waiters = this.byView.get(view) ?? new Set();
    this.byView.set(view, waiters);
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(false), timeoutMs);
      const done = (reached: boolean) => {
        clearTimeout(timer);
        waiters.delete(waiter);
        resolve(reached);
      };
      const waiter: Waiter = { position, resolve: done };
      waiters.add(waiter);
    });
  }

  /** @param position where the view is: asked where somebody waits for it. */
  moved(view: string, position: () => Position): void {
    const waiters = this.byView.get(view);
    if (!waiters || waiters.size === 0) return;
    const reached = position();
    for (const waiter of waiters) if (waiter.position <= reached) waiter.resolve(true);
  }
}
