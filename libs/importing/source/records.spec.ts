import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { linesOf, MAX_RECORD, UnreadableText } from './lines.js';
import { recordsOf, type Delimiter, type SourceRecord } from './records.js';

async function* inChunks(content: Uint8Array, size: number) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function read(content: string | Uint8Array, { delimiter = ',', encoding = 'utf-8', size = 7 }: { delimiter?: Delimiter; encoding?: string; size?: number } = {}) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const records: SourceRecord[] = [];
  for await (const page of recordsOf(linesOf(inChunks(bytes, size), encoding), delimiter)) records.push(...page);
  return records;
}

const valuesOf = (records: SourceRecord[]) => records.map(({ values, problem }) => values ?? problem);
const linesWithProblems = (records: SourceRecord[]) => records.filter(({ problem }) => problem !== undefined).map(({ line }) => line);
const WRONG_QUOTES = 'its quotes do not fit together: one is never closed, or closes before the end of its value';

describe('Reading the records of a file', () => {
  it('gives the values of each record with its line', async () => {
    expect(await read('a,b\n1,2\n')).toEqual([
      { line: 1, raw: 'a,b', values: ['a', 'b'] },
      { line: 2, raw: '1,2', values: ['1', '2'] },
    ]);
  });

  it('takes line breaks of Windows, a byte order mark, a missing last line break and blank lines as they come', async () => {
    const records = await read('\uFEFFa,b\r\n\r\n1,2\r\n   \r\n3,4');
    expect(records.map(({ line, values }) => [line, values])).toEqual([[1, ['a', 'b']], [3, ['1', '2']], [5, ['3', '4']]]);
  });

  it('leaves out blanks around values, but not inside quotes', async () => {
    expect(valuesOf(await read(' a , " b " \n'))).toEqual([['a', ' b ']]);
  });

  it('understands quotes, doubled quotes, and delimiters and line breaks inside quotes', async () => {
    const records = await read('"a,1","say ""hi""","two\r\nlines"\nnext,is,4\n');
    expect(valuesOf(records)).toEqual([['a,1', 'say "hi"', 'two\nlines'], ['next', 'is', '4']]);
    expect(records.map(({ line }) => line)).toEqual([1, 3]);
  });

  it('takes a quote in the middle of a value for itself', async () => {
    expect(valuesOf(await read('5" disk,1\na 3" nail,2\n'))).toEqual([['5" disk', '1'], ['a 3" nail', '2']]);
  });

  it('gives up a line in which a quote closes before the end of its value', async () => {
    expect(valuesOf(await read('"x"y,1\n"z" ,2\n'))).toEqual([WRONG_QUOTES, ['z', '2']]);
  });

  it.each([';', '\t', '|'] as const)('tells columns apart at %j', async (delimiter) => {
    expect(valuesOf(await read(`a,b${delimiter}"c${delimiter}d"\n`, { delimiter }))).toEqual([['a,b', `c${delimiter}d`]]);
  });

  it('tells columns apart at any run of blanks, without quotes', async () => {
    expect(valuesOf(await read(' 00001 19970101\t "1"   11.77 \r\n', { delimiter: 'whitespace' }))).toEqual([['00001', '19970101', '"1"', '11.77']]);
  });

  it('gives up one line for a quote that is never closed, and reads all lines after it', async () => {
    const records = await read('a,1\n"b,2\nc,3\n"d,4\n"e",5\n');
    expect(linesWithProblems(records)).toEqual([2, 4]);
    expect(valuesOf(records)).toEqual([['a', '1'], WRONG_QUOTES, ['c', '3'], WRONG_QUOTES, ['e', '5']]);
  });

  it('does the same where the end of the file is far away', async () => {
    const rows = Array.from({ length: 1_000 }, (_, row) => `${row},x`);
    const records = await read(['"never closed', ...rows].join('\n'), { size: 1_000 });
    expect(records[0]).toEqual({ line: 1, raw: '"never closed', problem: WRONG_QUOTES });
    expect(records.slice(1).map(({ raw }) => raw)).toEqual(rows);
  });

  it('gives up a record with bytes that are not of the encoding, and only that one', async () => {
    const records = await read(Buffer.concat([Buffer.from('a,1\nM'), Buffer.from([0xfc]), Buffer.from('ller,2\nb,3\n')]));
    expect(linesWithProblems(records)).toEqual([2]);
    expect(records[1]?.problem).toMatch(/encoding/);
  });

  it('reads the encoding that it is told, also where a chunk ends inside a character', async () => {
    const gb18030 = Buffer.from([0xb9, 0xd8, 0xcf, 0xb5, 0x2c, 0x31]);
    for (const size of [1, 2, 3]) expect(valuesOf(await read(gb18030, { encoding: 'gb18030', size }))).toEqual([['关系', '1']]);
  });

  it('says that a file is UTF-16 instead of rejecting every row of it', async () => {
    const utf16 = Buffer.from('\uFEFFa,b\n1,2\n', 'utf16le');
    await expect(read(utf16)).rejects.toThrow(UnreadableText);
    expect(valuesOf(await read(utf16, { encoding: 'utf-16le' }))).toEqual([['a', 'b'], ['1', '2']]);
  });

  it('does not fill the memory with a file that has no line breaks', async () => {
    await expect(read(new Uint8Array(MAX_RECORD + 100_000).fill(65), { size: 65_536 })).rejects.toThrow('Line 1 is longer');
  });

  it('loses no line, whatever the file holds and however it is cut into chunks', async () => {
    const line = fc.stringMatching(/^[ab",; ]{0,8}$/);
    await fc.assert(fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.integer({ min: 1, max: 20 }), async (lines, size) => {
      const records = await read(lines.join('\n'), { size });
      const covered = records.flatMap(({ line: first, raw }) => raw.split('\n').map((text, index) => ({ number: first + index, text })));
      const expected = lines.map((text, index) => ({ number: index + 1, text }));
      const notBlank = ({ text }: { text: string }) => text.trim() !== '';
      expect(covered.filter(notBlank)).toEqual(expected.filter(notBlank));
    }));
  });
});
