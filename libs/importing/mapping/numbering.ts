/** Values counted at the same time. */
const COUNTED = 500_000;

/**
 * Tells rows with the same value apart by their order in the file: `a-1`, `b-1`, `a-2`. The memory is bounded: a value
 * that comes again after very many others begins at 1 anew, and a row whose id was given before is refused as recorded
 * already, not lost.
 */
export class Numbering {
  private readonly counts = new Map<string, number>();

  constructor(private readonly counted = COUNTED) {}

  next(value: string): string {
    const number = (this.counts.get(value) ?? 0) + 1;
    if (number === 1 && this.counts.size >= this.counted) this.counts.delete(this.counts.keys().next().value!);
    this.counts.set(value, number);
    return `${value}-${number}`;
  }
}
