import { errorFields, type Log } from '../support.js';

/** Says once that views are not fed and once that they are again, however many shares find out. */
export class Trouble {
  private readonly shares = new Set<number>();
  private reason = '';

  constructor(private readonly log: Log) {}

  begins(share: number, error: unknown): void {
    if (this.shares.size === 0) {
      const fields = errorFields(error);
      this.log.error(fields, 'views are not fed; trying again');
      this.reason = fields.error;
    }
    this.shares.add(share);
  }

  ends(share: number): void {
    if (this.shares.delete(share) && this.shares.size === 0) this.log.info({ after: this.reason }, 'views are fed again');
  }
}
