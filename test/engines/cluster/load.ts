import type { CommandResult } from '#event-sourcing';
import { CUSTOMERS, numberedCommand } from '../../faults/numbered-command.js';
import { sendUntilAnswered } from './commands-over-http.js';

const LANES = 4;
/** One in so many commands is sent to every address at once. */
const AT_ONCE_EVERY = 5;

/** Commands over HTTP to several addresses, each repeated until it is answered. */
export class Load {
  /** Every answer, by the number of its command: of one that was sent to all at once, theirs. */
  readonly answers = new Map<number, CommandResult[]>();
  private next = 0;
  private readonly abandoning = new AbortController();
  private loading = true;
  private lanes: Promise<unknown> = Promise.resolve();

  /** @param name makes the keys those of this load. */
  constructor(
    private readonly urls: readonly string[],
    private readonly name: string,
  ) {}

  /** Registers the customers; from then on commands come without end. */
  async begin(): Promise<void> {
    await Promise.all(Array.from({ length: CUSTOMERS }, () => this.send(this.next++)));
    const lane = async () => {
      while (this.loading) await this.send(this.next++);
    };
    this.lanes = Promise.all(Array.from({ length: LANES }, lane));
    // Told by end().
    this.lanes.catch(() => undefined);
  }

  /** Resolves when the last command is answered. @throws Error one was refused. */
  async end(): Promise<void> {
    this.loading = false;
    await this.lanes;
  }

  /** Sends nothing more, answered or not. */
  abandon(): void {
    this.abandoning.abort(new Error('The load was abandoned.'));
  }

  /** One command more. */
  async one(): Promise<CommandResult> {
    return (await this.send(this.next++))[0]!;
  }

  private async send(number: number): Promise<CommandResult[]> {
    const [name, fields] = numberedCommand(number);
    const command = { name, fields, key: `${this.name}/${number}` };
    const first = this.urls.map((_, turn) => [...this.urls.slice(number % this.urls.length), ...this.urls].slice(turn, turn + this.urls.length));
    const answers = await Promise.all(first.slice(0, number % AT_ONCE_EVERY === 0 ? undefined : 1).map((urls) => sendUntilAnswered(urls, command, this.abandoning.signal)));
    this.answers.set(number, answers);
    return answers;
  }
}
