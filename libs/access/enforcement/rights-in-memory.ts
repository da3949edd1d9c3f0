import { BEGINNING, errorFields, following, pause, StoreUnavailable, type EventStore, type Log, type Position } from '#event-sourcing';
import { Rights } from '../domain/rights.js';
import { setTimeout as delay } from 'node:timers/promises';

const PAGE_SIZE = 1_000;
const RETRY_MS = 500;
const WAIT_MS = 5_000;
const LOOK_MS = 5;

/**
 * Who may do what, folded from the log and followed as long as the process runs, so that a check costs a look into
 * memory and a revocation counts on every node as soon as its event comes.
 */
export class RightsInMemory {
  private folded = new Rights();
  private position: Position = BEGINNING;
  private loaded = false;
  private failure: string | undefined;
  private readonly closing = new AbortController();
  private following: Promise<void> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly events: EventStore,
    private readonly log: Log,
  ) {}

  /** @throws StoreUnavailable the log could not be read yet: without rights nobody can be let in. */
  get rights(): Rights {
    if (!this.loaded) throw new StoreUnavailable(`Who may do what is not known yet${this.failure === undefined ? '' : ` (${this.failure})`}. Ask again in a moment.`);
    return this.folded;
  }

  /** Called after each change. @returns what ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Begins to follow the log. Repeatable. */
  start(): void {
    this.following ??= this.follow();
  }

  /** Resolves once everything up to the position of an event about rights is folded. @throws StoreUnavailable it was not in time. */
  async reached(position: Position): Promise<void> {
    const end = performance.now() + WAIT_MS;
    while (!this.loaded || this.position < position) {
      if (performance.now() > end) throw new StoreUnavailable(`Who may do what could not be read from the log in time${this.failure === undefined ? '' : ` (${this.failure})`}.`);
      await delay(LOOK_MS);
    }
  }

  async stop(): Promise<void> {
    this.closing.abort();
    await this.following;
  }

  private async follow(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      try {
        for await (const page of following(this.events, { after: this.position, filter: { types: Rights.types }, pageSize: PAGE_SIZE, signal })) {
          for (const event of page.events) this.folded.apply(event);
          this.position = page.position;
          this.loaded ||= page.caughtUp;
          this.failure = undefined;
          if (page.events.length > 0) for (const listener of this.listeners) listener();
        }
      } catch (error) {
        this.tell(error);
        await pause(RETRY_MS, signal);
      }
    }
  }

  /** Once for an outage: what is known stays in force meanwhile. */
  private tell(error: unknown): void {
    if (this.failure === undefined) this.log.warn(errorFields(error), 'rights cannot be followed at the moment; those known so far are in force');
    this.failure = errorFields(error).error;
  }
}
