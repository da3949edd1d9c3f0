import { errorFields, type Log } from '../support.js';

/** Says once that something is not fed and once that it is again, however many shares find out. */
export class Trouble {
  private readonly shares = new Set<unknown>();
  private reason = '';

  constructor(private readonly log: Log, private readonly fed: 'views' | 'processes') {}

  begins(share: unknown, error: unknown): void {
    if (this.shares.size === 0) {
      const fields = errorFields(error);
      this.log.error(fields, `${this.fed} are not fed; trying again`);
      this.reason = fields.error;
    }
    this.shares.add(share);
  }

  ends(share: unknown): void {
    if (this.shares.delete(share) && this.shares.size === 0) this.log.info({ after: this.reason }, `${this.fed} are fed again`);
  }
}
