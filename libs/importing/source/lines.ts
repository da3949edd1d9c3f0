/** A physical line of a text file, without its line break. */
export interface Line {
  /** Counted from 1. */
  number: number;
  text: string;
}

/** Characters of one line, and of one record, at most: more is no row, and reading on would fill the memory. */
export const MAX_RECORD = 1_048_576;

/** The file cannot be read as text. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText';
}

/**
 * The lines of a file, which may end in LF, CRLF or CR LF mixed; a byte order mark at the start is left out.
 * @param encoding a label of the WHATWG Encoding Standard, such as `utf-8` or `gb18030`.
 * @throws UnreadableText it is UTF-16 and was not said to be, or a line is longer than {@link MAX_RECORD}.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, encoding = 'utf-8'): AsyncIterable<Line[]> {
  const decoder = new TextDecoder(encoding);
  let number = 0;
  let rest = '';
  for await (const chunk of chunks) {
    if (number === 0 && rest === '') refuseUtf16(chunk, encoding);
    const texts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = texts.pop()!;
    if (rest.length > MAX_RECORD) {
      throw new UnreadableText(`Line ${number + texts.length + 1} is longer than ${MAX_RECORD} characters. Is this a text file with one record on each line?`);
    }
    yield texts.map((text) => ({ number: ++number, text: withoutReturn(text) }));
  }
  rest += decoder.decode();
  if (rest !== '') yield [{ number: ++number, text: withoutReturn(rest) }];
}

function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function refuseUtf16([first, second]: Uint8Array, encoding: string): void {
  if (encoding.toLowerCase().startsWith('utf-16')) return;
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (marked) throw new UnreadableText('The file is UTF-16. Save it as UTF-8, or say "encoding": "utf-16le" in the mapping.');
}
