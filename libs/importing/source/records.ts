import { parse } from 'csv-parse/sync';
import { MAX_RECORD, type Line } from './lines.js';

/** One record of a file: its values, or why it has none. */
export type SourceRecord = { line: number; raw: string } & ({ values: string[]; problem?: undefined } | { problem: string; values?: undefined });

interface RawRecord {
  line: number;
  raw: string;
  problem?: string;
}

/** A quoted field may hold this many line breaks at most; beyond it, the quote is taken for one that was never closed. */
const MAX_LINES = 200;

/** How columns are told apart: at a character, with CSV's quotes, or at any run of blanks, without quotes. */
export type Delimiter = ',' | ';' | '\t' | '|' | 'whitespace';

/** What a decoder puts where bytes are not of its encoding. */
const UNDECODABLE = '\uFFFD';

/** The records of a file, blank lines left out. What cannot be read is a record with a problem; those after it go on. */
export async function* recordsOf(lines: AsyncIterable<Line[]>, delimiter: Delimiter): AsyncIterable<SourceRecord[]> {
  if (delimiter === 'whitespace') {
    for await (const page of lines) yield page.filter(({ text }) => text.trim() !== '').map(splitAtBlanks);
    return;
  }
  const joiner = new RecordJoiner(delimiter);
  for await (const page of lines) yield parsed(joiner.take(page), delimiter);
  yield parsed(joiner.end(), delimiter);
}

function splitAtBlanks({ number, text }: Line): SourceRecord {
  return text.includes(UNDECODABLE) ? undecodable(number, text) : { line: number, raw: text, values: text.trim().split(/\s+/) };
}

const undecodable = (line: number, raw: string) => ({ line, raw, problem: 'it has bytes that are not of the file\'s encoding; name the right "encoding" in the mapping' });

/** Joins lines to records: a record goes on over the next line while a quoted field is open. */
class RecordJoiner {
  private open: Line[] = [];
  private length = 0;

  constructor(private readonly delimiter: string) {}

  take(lines: readonly Line[]): RawRecord[] {
    const queue = [...lines];
    const records: RawRecord[] = [];
    for (let index = 0; index < queue.length; index++) {
      const state = this.add(queue[index]!);
      if (state === 'closed') records.push(...this.complete());
      else if (state === 'malformed' || this.open.length > MAX_LINES || this.length > MAX_RECORD) {
        queue.splice(index + 1, 0, ...this.open.slice(1));
        records.push(this.giveUp());
      }
    }
    return records;
  }

  /** The file is over: a quote that is still open was never closed. */
  end(): RawRecord[] {
    const records: RawRecord[] = [];
    while (this.open.length > 0) {
      const rest = this.open.slice(1);
      records.push(this.giveUp(), ...this.take(rest));
    }
    return records;
  }

  private add(line: Line): ReturnType<typeof quoting> {
    this.open.push(line);
    this.length += line.text.length + 1;
    // Inside quotes, only a quote can end them.
    if (!line.text.includes('"')) return this.open.length === 1 ? 'closed' : 'open';
    return quoting(joined(this.open), this.delimiter);
  }

  private complete(): RawRecord[] {
    const [{ number }] = this.open as [Line];
    const raw = joined(this.open);
    this.clear();
    if (raw.trim() === '') return [];
    return [raw.includes(UNDECODABLE) ? undecodable(number, raw) : { line: number, raw }];
  }

  /** Takes the first line alone for the record that is wrong; those after it are read anew. */
  private giveUp(): RawRecord {
    const [{ number, text }] = this.open as [Line];
    this.clear();
    return { line: number, raw: text, problem: 'its quotes do not fit together: one is never closed, or closes before the end of its value' };
  }

  private clear(): void {
    this.open = [];
    this.length = 0;
  }
}

/**
 * Whether all quoted fields are closed, the last one is still open, or a quote closes where no field ends. A quote opens
 * at the start of a field; two in it stand for one.
 */
function quoting(text: string, delimiter: string): 'closed' | 'open' | 'malformed' {
  for (let at = 0; at >= 0; ) {
    const start = afterBlanks(text, at);
    if (text[start] !== '"') at = text.indexOf(delimiter, at);
    else {
      const closing = closingQuote(text, start + 1);
      if (closing < 0) return 'open';
      const end = afterBlanks(text, closing + 1);
      if (end === text.length) return 'closed';
      if (!text.startsWith(delimiter, end)) return 'malformed';
      at = end;
    }
    if (at >= 0) at += delimiter.length;
  }
  return 'closed';
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at++;
  return at;
}

function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

/** One call of the parser for many records; where they do not come out one for one, each is parsed on its own. */
function parsed(records: readonly RawRecord[], delimiter: string): SourceRecord[] {
  const sound = records.filter(({ problem }) => problem === undefined);
  const values = parseAll(sound.map(({ raw }) => raw), delimiter);
  if (values?.length !== sound.length) return records.map((record) => parsedAlone(record, delimiter));
  let index = 0;
  return records.map(({ line, raw, problem }) => (problem === undefined ? { line, raw, values: values[index++]! } : { line, raw, problem }));
}

function parsedAlone({ line, raw, problem }: RawRecord, delimiter: string): SourceRecord {
  if (problem !== undefined) return { line, raw, problem };
  const values = parseAll([raw], delimiter);
  return values?.length === 1 ? { line, raw, values: values[0]! } : { line, raw, problem: 'it cannot be read as CSV' };
}

function parseAll(texts: readonly string[], delimiter: string): string[][] | undefined {
  try {
    return parse(texts.join('\n'), { delimiter, record_delimiter: '\n', relax_quotes: true, relax_column_count: true, trim: true });
  } catch {
    // The caller then parses record by record, and says which one is wrong.
    return undefined;
  }
}

const joined = (lines: readonly Line[]) => (lines.length === 1 ? lines[0]!.text : lines.map(({ text }) => text).join('\n'));
