import { errorFields, pause, type Log } from '#event-sourcing';
import { type Head } from './head.js';
import { type KeptHeads } from './kept-heads.js';

const TIMEOUT_MS = 10_000;
const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const SIZE_TYPE = 'text/x.tlog.size';

export interface WitnessOptions {
  /** Heads go to `<url>/add-checkpoint` (C2SP tlog-witness). */
  url: string;
  log: Log;
  heads: KeptHeads;
  /** Proof that a tree begins with an earlier one. */
  consistency: (earlier: number, size: number) => Promise<Buffer[]>;
  /** Milliseconds before the second attempt; each pause is twice the one before, up to a minute. */
  firstPauseMs?: number;
}

/** The witness has seen a larger tree, or one that this is not a continuation of. */
class Refused extends Error {}

/**
 * Another machine that is told of each head, and can tell that the log has only grown. It is tried again until it
 * answers; a newer head takes the place of one that still waits.
 */
export class Witness {
  private submitted: Head | undefined;
  private waiting: Head | undefined;
  private sending: Promise<void> | undefined;
  /** Size of the tree that the witness has seen, as far as known. */
  private seen = 0;
  private readonly ending = new AbortController();

  constructor(private readonly options: WitnessOptions) {}

  /** Sends the head as soon as it can be, once; does not wait for it. */
  submit(head: Head): void {
    if (head.checkpoint === this.submitted?.checkpoint) return;
    this.submitted = head;
    this.waiting = head;
    this.sending ??= this.send().finally(() => (this.sending = undefined));
  }

  /** Resolves when nothing waits to be sent any more. */
  async settled(): Promise<void> {
    await this.sending;
  }

  /** What is not sent yet stays unsent; the next head includes it. */
  async close(): Promise<void> {
    this.ending.abort();
    await this.settled();
  }

  private async send(): Promise<void> {
    const { log, url, firstPauseMs = SHORTEST_PAUSE_MS } = this.options;
    for (let pauseMs = firstPauseMs; this.waiting && !this.ending.signal.aborted; ) {
      const head = this.waiting;
      try {
        await this.post(head);
        if (this.waiting === head) this.waiting = undefined;
        pauseMs = firstPauseMs;
      } catch (error) {
        if (this.ending.signal.aborted) return;
        if (error instanceof Refused) {
          log.error({ witness: url, size: head.size, ...errorFields(error) }, 'the witness refuses a head');
          if (this.waiting === head) this.waiting = undefined;
          continue;
        }
        log.warn({ witness: url, size: head.size, ...errorFields(error) }, 'a head did not reach its witness; it is sent again');
        await pause(pauseMs, this.ending.signal);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
  }

  /** @throws Refused @throws Error it could not be sent, or the answer asks for patience. */
  private async post(head: Head): Promise<void> {
    const response = await this.request(head);
    const answer = await response.text();
    if (response.ok) {
      this.seen = head.size;
      // Lines of signatures; other endpoints than witnesses may answer whatever they like.
      if (/^— \S+ \S+\n/.test(answer)) await this.options.heads.keepWitnessed(head, head.checkpoint + answer);
      return;
    }
    const size = response.headers.get('content-type')?.startsWith(SIZE_TYPE) ? Number(answer) : NaN;
    if (response.status === 409 && size <= head.size && size !== this.seen) {
      this.seen = size;
      return this.post(head);
    }
    const message = `${this.options.url} answered ${response.status} ${answer.slice(0, 200).trim()}`;
    throw [400, 403, 404, 409, 422].includes(response.status) ? new Refused(message) : new Error(message);
  }

  private async request(head: Head): Promise<Response> {
    const proof = await this.options.consistency(this.seen, head.size);
    const lines = [`old ${this.seen}`, ...proof.map((hash) => hash.toString('base64')), '', head.checkpoint];
    return fetch(`${this.options.url.replace(/\/$/, '')}/add-checkpoint`, {
      method: 'POST', body: lines.join('\n'), headers: { 'content-type': 'text/plain; charset=utf-8' },
      signal: AbortSignal.any([this.ending.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  }
}
