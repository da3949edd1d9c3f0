import type rpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { StoreUnavailable } from '#event-sourcing';

type ReadCall = ReturnType<InstanceType<typeof rpc.StreamsClient>['read']>;

/** So many messages wait for a slow reader; then the server has to. */
const WAITING_AT_MOST = 2_000;

/** Nothing came in time. */
export class Silence extends StoreUnavailable {}

/**
 * What a read call answers, taken as it comes, all that is there at once. Each message is made what its reader wants of it
 * when it comes: the decoded message is several times as large, and would only wait to be thrown away.
 */
export class Messages<T> {
  private waiting: T[] = [];
  private isOver = false;
  private isCancelled = false;
  private error: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly call: ReadCall,
    /** What is wanted of a message; undefined: nothing. */
    private readonly wanted: (message: streams.ReadResp) => T | undefined,
    around: { answered: () => void; explain: (error: unknown) => Error },
  ) {
    call.on('data', (message: streams.ReadResp) => {
      around.answered();
      this.receive(message);
    });
    call.on('end', () => this.end());
    call.on('error', (error) => void (this.isCancelled || this.end(around.explain(error))));
  }

  /**
   * What is wanted of at least one message; nothing at the end.
   * @throws Silence nothing came for so long.
   * @throws Error the call broke, or a message cannot be read, after everything that came before.
   */
  async take(withinMs: number): Promise<readonly T[]> {
    if (this.waiting.length === 0 && !this.isOver) await this.news(withinMs);
    const taken = this.waiting;
    if (taken.length === 0 && this.error) throw this.error;
    this.waiting = [];
    if (this.call.isPaused()) this.call.resume();
    return taken;
  }

  /** Ends it; what is left is not given any more. */
  cancel(): void {
    this.isCancelled = true;
    this.waiting = [];
    this.end();
    this.call.cancel();
  }

  private receive(message: streams.ReadResp): void {
    if (this.isOver) return;
    try {
      const wanted = this.wanted(message);
      if (wanted === undefined) return;
      if (this.waiting.push(wanted) >= WAITING_AT_MOST) this.call.pause();
      this.wake();
    } catch (error) {
      this.end(error as Error);
    }
  }

  private end(error?: Error): void {
    this.isOver = true;
    this.error ??= error;
    this.wake();
  }

  private news(withinMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Silence(`EventStoreDB did not answer a read within ${withinMs} ms.`)), withinMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
