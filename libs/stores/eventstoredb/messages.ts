import type rpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { StoreUnavailable } from '#event-sourcing';

type ReadCall = ReturnType<InstanceType<typeof rpc.StreamsClient>['read']>;

/** So many messages wait for a slow reader; then the server has to. */
const WAITING_AT_MOST = 2_000;

/** Nothing came in time. */
export class Silence extends StoreUnavailable {}

/** What a read call answers, taken as it comes, all that is there at once. */
export class Messages {
  private waiting: streams.ReadResp[] = [];
  private isOver = false;
  private isCancelled = false;
  private error: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly call: ReadCall,
    around: { answered: () => void; explain: (error: unknown) => Error },
  ) {
    call.on('data', (message: streams.ReadResp) => {
      around.answered();
      if (this.waiting.push(message) >= WAITING_AT_MOST) call.pause();
      this.wake();
    });
    call.on('end', () => this.end());
    call.on('error', (error) => void (this.isCancelled || this.end(around.explain(error))));
  }

  /**
   * At least one message; none at the end.
   * @throws Silence nothing came for so long.
   * @throws Error the call broke, after everything that came before.
   */
  async take(withinMs: number): Promise<readonly streams.ReadResp[]> {
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
