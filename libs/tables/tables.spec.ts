import { describe, expect, it } from '@jest/globals';
import { TABLE_FORMATS, type Table } from './index.js';

const table: Table = {
  columns: [{ name: 'customerId', type: 'text' }, { name: 'share', type: 'number' }, { name: 'isNew', type: 'boolean' }, { name: 'events', type: 'json' }],
  rows: [
    { customerId: 'a,"b"', share: -0.25, isNew: true, events: ['e1'], hidden: 'x' },
    { customerId: '=1+1', share: null, isNew: false, events: [] },
  ],
};

describe('A table', () => {
  it('is CSV for spreadsheets: numbers stay numbers, texts are never formulas', () => {
    expect(TABLE_FORMATS['csv']!.write(table)).toBe('\ufeffcustomerId,share,isNew,events\r\n"a,""b""",-0.25,true,"[""e1""]"\r\n\'=1+1,,false,[]\r\n');
  });

  it('is JSON lines with the declared columns alone', () => {
    expect(TABLE_FORMATS['jsonl']!.write(table)).toBe('{"customerId":"a,\\"b\\"","share":-0.25,"isNew":true,"events":["e1"]}\n{"customerId":"=1+1","share":null,"isNew":false,"events":[]}\n');
  });
});
