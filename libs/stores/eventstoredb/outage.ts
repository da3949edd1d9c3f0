import { errorFields, type Log } from '#event-sourcing';

/** Says once that the server is away and once that it is back, however many calls find out. */
export class Outage {
  private since: number | undefined;

  constructor(
    private readonly hosts: string,
    private readonly log: Log,
  ) {}

  begins(error: unknown): void {
    if (this.since !== undefined) return;
    this.since = performance.now();
    this.log.error({ hosts: this.hosts, error: errorFields(error).error }, 'the event store cannot be reached; trying again');
  }

  ends(): void {
    if (this.since === undefined) return;
    this.log.info({ hosts: this.hosts, seconds: Math.round((performance.now() - this.since) / 100) / 10 }, 'the event store answers again');
    this.since = undefined;
  }
}
