/**
 * Which commands have already made events of a stream, as 48-bit fingerprints: eight bytes for each command, so the
 * ledger of a whole stream fits into its snapshot. A hit may be another command's fingerprint and has to be confirmed
 * in the stream; a miss is certain.
 */
export class CommandLedger {
  /**
   * @param stored fingerprints of a snapshot, which may be many.
   * @param added those since.
   */
  private constructor(
    private readonly stored: Float64Array,
    private readonly added: number[],
  ) {}

  static empty(): CommandLedger {
    return new CommandLedger(NONE, []);
  }

  mayHave(commandId: string): boolean {
    const wanted = fingerprint(commandId);
    return this.added.includes(wanted) || this.stored.includes(wanted);
  }

  /** Events of one command stand together, so only a change of command adds an entry. */
  add(commandId: string): void {
    const next = fingerprint(commandId);
    const last = this.added.length > 0 ? this.added[this.added.length - 1] : this.stored[this.stored.length - 1];
    if (last !== next) this.added.push(next);
  }

  encode(): string {
    const all = new Float64Array(this.stored.length + this.added.length);
    all.set(this.stored);
    all.set(this.added, this.stored.length);
    return Buffer.from(all.buffer).toString('base64');
  }

  /** @throws Error it is no encoded ledger. */
  static decode(encoded: string): CommandLedger {
    const bytes = Buffer.from(encoded, 'base64');
    if (bytes.length % BYTES !== 0) throw new Error('A ledger has eight bytes for each command.');
    return new CommandLedger(new Float64Array(new Uint8Array(bytes).buffer), []);
  }
}

const BYTES = Float64Array.BYTES_PER_ELEMENT;
const NONE = new Float64Array(0);

const FIRST_DIGIT = 24;
const DIGITS_END = 36;
const [NINE, ZERO, LOWER_CASE, TEN] = [0x39, 0x30, 0x20, 0x57];

/** The last twelve hexadecimal digits of the UUID, its random or hashed part in every version; read in a third of the time that `parseInt` takes. */
function fingerprint(commandId: string): number {
  let value = 0;
  for (let at = FIRST_DIGIT; at < DIGITS_END; at++) {
    const digit = commandId.charCodeAt(at);
    value = value * 16 + (digit <= NINE ? digit - ZERO : (digit | LOWER_CASE) - TEN);
  }
  return value;
}
