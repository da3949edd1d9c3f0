/** Runs many tasks at once, up to a limit, and those of one lane one after the other. */
export class Lanes {
  private readonly last = new Map<string, Promise<void>>();
  private running = 0;
  private failure: { error: unknown } | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly limit: number) {}

  /**
   * Takes a task on. Resolves when there is room for the next.
   * @throws what an earlier task threw.
   */
  async add(lane: string, task: () => Promise<void>): Promise<void> {
    this.running++;
    const before = this.last.get(lane);
    const mine: Promise<void> = (before ? before.then(() => this.attempt(task)) : this.attempt(task)).then(() => {
      this.running--;
      if (this.last.get(lane) === mine) this.last.delete(lane);
      this.wake?.();
    });
    this.last.set(lane, mine);
    while (this.running >= this.limit) await new Promise<void>((resolve) => (this.wake = resolve));
    this.check();
  }

  /** Resolves when every task has ended. @throws what a task threw. */
  async settled(): Promise<void> {
    await Promise.all(this.last.values());
    this.check();
  }

  /** After a failure nothing new is begun: what is not yet under way is left for the next time. */
  private async attempt(task: () => Promise<void>): Promise<void> {
    if (this.failure) return;
    try {
      await task();
    } catch (error) {
      this.failure ??= { error };
    }
  }

  private check(): void {
    if (this.failure) throw this.failure.error;
  }
}
