/**
 * Which commands have already made events of a stream, as 48-bit fingerprints: eight bytes for each command, so the
 * ledger of a whole stream fits into its snapshot. A hit may be another command's fingerprint and has to be confirmed
 * in the stream; a miss is certain.
 */
export class CommandLedger {
  /** @param length so many of the fingerprints are taken; the others are room for more. */
  private constructor(
    private fingerprints: Float64Array,
    private length: number,
  ) {}

  static empty(): CommandLedger {
    return new CommandLedger(new Float64Array(4), 0);
  }

  mayHave(commandId: string): boolean {
    const place = this.fingerprints.indexOf(fingerprint(commandId));
    return place >= 0 && place < this.length;
  }

  /** Events of one command stand together, so only a change of command adds an entry. */
  add(commandId: string): void {
    const next = fingerprint(commandId);
    if (this.length > 0 && this.fingerprints[this.length - 1] === next) return;
    if (this.length === this.fingerprints.length) this.makeRoom();
    this.fingerprints[this.length++] = next;
  }

  encode(): string {
    return Buffer.from(this.fingerprints.buffer, 0, this.length * BYTES).toString('base64');
  }

  /** @throws Error it is no encoded ledger. */
  static decode(encoded: string): CommandLedger {
    const bytes = Buffer.from(encoded, 'base64');
    if (bytes.length % BYTES !== 0) throw new Error('A ledger has eight bytes for each command.');
    const fingerprints = new Float64Array(new Uint8Array(bytes).buffer);
    return new CommandLedger(fingerprints, fingerprints.length);
  }

  private makeRoom(): void {
    const larger = new Float64Array(Math.max(4, this.length * 2));
    larger.set(this.fingerprints);
    this.fingerprints = larger;
  }
}

const BYTES = Float64Array.BYTES_PER_ELEMENT;

/** The last twelve hexadecimal digits of the UUID: its random or hashed part in every version. */
function fingerprint(commandId: string): number {
  return parseInt(commandId.slice(24), 16);
}
