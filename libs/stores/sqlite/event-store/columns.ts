/** Between texts that have no control characters: names, and JSON. */
export const SEPARATOR = '\u001e';

/** Joined values of columns; null where there is no row. */
export type Texts = [metadata: string | null, ids: string | null, occurredAts: string | null, recordedAts: string | null, revisions: string | null, schemaVersions: string | null, streams?: string | null];

/**
 * What few readers ask for of the events of a pack: a column is taken apart when the first of its values is asked for.
 * Values may be kept for long, so they are texts of their own, not parts of the joined one.
 */
export class Columns {
  #texts: Texts;
  #stream: string | undefined;
  #metadata: string[] | undefined;
  #ids: string[] | undefined;
  #occurredAts: string[] | undefined;
  #recordedAts: string[] | undefined;
  #revisions: number[] | undefined;
  #schemaVersions: number[] | undefined;
  #streams: string[] | undefined;

  /** @param stream that all events are of, where no column says it. */
  constructor(texts: Texts, stream: string | undefined) {
    this.#texts = texts;
    this.#stream = stream;
  }

  /** JSON. */
  metadata(at: number): string {
    return (this.#metadata ??= this.#texts[0]!.split(SEPARATOR))[at]!;
  }

  id(at: number): string {
    return (this.#ids ??= listed(this.#texts[1]!))[at]!;
  }

  occurredAt(at: number): string {
    return (this.#occurredAts ??= listed(this.#texts[2]!))[at]!;
  }

  recordedAt(at: number): string {
    return (this.#recordedAts ??= listed(this.#texts[3]!))[at]!;
  }

  revision(at: number): number {
    return (this.#revisions ??= numbers(this.#texts[4]!))[at]!;
  }

  schemaVersion(at: number): number {
    return (this.#schemaVersions ??= numbers(this.#texts[5]!))[at]!;
  }

  stream(at: number): string {
    if (this.#stream !== undefined) return this.#stream;
    return (this.#streams ??= this.#texts[6]!.split(SEPARATOR).map(own))[at]!;
  }
}

const listed = (text: string): string[] => JSON.parse(`["${text}"]`) as string[];
const numbers = (text: string): number[] => JSON.parse(`[${text}]`) as number[];
const own = (part: string): string => JSON.parse(JSON.stringify(part)) as string;
