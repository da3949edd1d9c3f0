import { errorFields, type Log } from '#event-sourcing';
import { type Audit } from '../audit.js';

/** Makes a head every so often, where the log has grown. */
export class HeadSchedule {
  private timer: NodeJS.Timeout | undefined;
  private making: Promise<void> | undefined;

  constructor(
    private readonly audit: Audit,
    private readonly everySeconds: number,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => this.make(), this.everySeconds * 1000).unref();
  }

  /** Waits for a head under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.making;
    await this.audit.close();
  }

  private make(): void {
    // A first head over a long log may take longer than the time between two.
    this.making ??= this.audit.makeHead()
      .then(() => undefined, (error: unknown) => this.log.error(errorFields(error), 'no head could be made of the log'))
      .finally(() => (this.making = undefined));
  }
}
