/**
 * Which commands have already made events of a stream, as 48-bit fingerprints: eight bytes for each command, so the
 * ledger of a whole stream fits into its snapshot. A hit may be another command's fingerprint and has to be confirmed
 * in the stream; a miss is certain.
 */
export class CommandLedger {
  private constructor(private readonly fingerprints: number[]) {}

  static empty(): CommandLedger {
    return new CommandLedger([]);
  }

  mayHave(commandId: string): boolean {
    return this.fingerprints.includes(fingerprint(commandId));
  }

  /** Events of one command stand together, so only a change of command adds an entry. */
  add(commandId: string): void {
    const next = fingerprint(commandId);
    if (this.fingerprints[this.fingerprints.length - 1] !== next) this.fingerprints.push(next);
  }

  encode(): string {
    return Buffer.from(Float64Array.from(this.fingerprints).buffer).toString('base64');
  }

  /** @throws Error it is no encoded ledger. */
  static decode(encoded: string): CommandLedger {
    const bytes = Buffer.from(encoded, 'base64');
    if (bytes.length % 8 !== 0) throw new Error('A ledger has eight bytes for each command.');
    const copy = new Uint8Array(bytes).buffer;
    return new CommandLedger(Array.from(new Float64Array(copy)));
  }
}

/** The last twelve hexadecimal digits of the UUID: its random or hashed part in every version. */
function fingerprint(commandId: string): number {
  return parseInt(commandId.slice(24), 16);
}
