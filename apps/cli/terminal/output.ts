import Table from 'cli-table3';

/** How answers are written: for people, as one JSON value, or as one JSON object on each line. */
export type Form = 'table' | 'json' | 'lines';

/** Of a terminal that does not tell how wide it is. */
const WIDTH = 200;
const PADDING = 2;
const NARROWEST_CELL = 8;
const WIDEST_CELL = 42;

/** Standard output. Nothing but answers goes there; everything else goes to standard error. */
export class Output {
  constructor(
    private readonly form: Form,
    private readonly stream: NodeJS.WriteStream = process.stdout,
  ) {}

  get isForPeople(): boolean {
    return this.form === 'table';
  }

  /** One answer: as JSON, or as what `show` says of it to people. */
  async answer(value: unknown, show: () => string): Promise<void> {
    await this.write(this.isForPeople ? `${show()}\n` : `${JSON.stringify(value)}\n`);
  }

  /** Many things, page by page: as a table for each page, a JSON array, or JSON on each line. */
  async answers<T>(pages: AsyncIterable<readonly T[]>, show: (items: readonly T[]) => string): Promise<void> {
    let written = 0;
    if (this.form === 'json') await this.write('[');
    for await (const items of pages) {
      if (items.length === 0) continue;
      if (this.form === 'table') await this.write(`${show(items)}\n`);
      else if (this.form === 'lines') await this.write(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
      else await this.write(`${written > 0 ? ',' : ''}${items.map((item) => JSON.stringify(item)).join(',')}`);
      written += items.length;
    }
    if (this.form === 'json') await this.write(']\n');
  }

  /** What has a form of its own, as it is. */
  text(text: string): Promise<void> {
    return this.write(text);
  }

  private write(text: string): Promise<void> {
    return new Promise((resolve, reject) => this.stream.write(text, (error) => (error ? reject(error) : resolve())));
  }
}

/** Says something besides the answer. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A cell of several lines, which are wrapped and not cut. */
export class Lines {
  constructor(readonly lines: readonly string[]) {}
}

/** A table with a column for each name; where it is too wide, the widest cells are cut. */
export function table(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const texts = rows.map((row) => row.map((cell) => (cell instanceof Lines ? cell.lines.map(textOf).join('\n') : textOf(cell))));
  const wordWrap = rows.some((row) => row.some((cell) => cell instanceof Lines));
  const made = new Table({
    head: [...columns], style: { head: [], border: [], compact: true }, colWidths: widthsOf(columns, texts, room(columns.length)), wordWrap, wrapOnWordBoundary: false,
  });
  made.push(...texts);
  return made.toString();
}

/** Rows of any shape: simple fields first, as many as there is room for. */
export function rowsTable(rows: readonly Record<string, unknown>[]): string {
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const isSimple = (field: string) => rows.every((row) => typeof row[field] !== 'object' || row[field] === null);
  const columns = [...fields.filter(isSimple), ...fields.filter((field) => !isSimple(field))];
  let width = 0;
  const shown = columns.filter((column, index) => {
    width += Math.min(WIDEST_CELL, widthOf(column, rows.map((row) => textOf(row[column]))));
    return index === 0 || width <= room(index + 1);
  });
  if (shown.length < columns.length) note(`Not shown: ${columns.slice(shown.length).join(', ')}. Choose with --fields, or see all with --json.`);
  return table(shown, rows.map((row) => shown.map((column) => row[column])));
}

/** One thing: a line for each field. */
export function fieldsTable(fields: Record<string, unknown>): string {
  return table(['field', 'value'], Object.entries(fields));
}

/** A JSON value as people read it. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Control characters in data must not reach the terminal, which would obey them. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');
}

/** As wide as the contents where that fits; otherwise the widest columns give way, step by step. */
function widthsOf(columns: readonly string[], rows: readonly (readonly string[])[], room: number): number[] {
  const widths = columns.map((column, index) => widthOf(column, rows.map((row) => row[index] ?? '')));
  for (let surplus = sum(widths) - room; surplus > 0; surplus = sum(widths) - room) {
    const widest = Math.max(...widths);
    const wide = widths.filter((each) => each === widest).length;
    const next = Math.max(NARROWEST_CELL, ...widths.filter((each) => each < widest));
    if (next >= widest) return widths;
    const target = Math.max(next, widest - Math.ceil(surplus / wide));
    widths.forEach((each, index) => (widths[index] = each === widest ? target : each));
  }
  return widths;
}

function widthOf(column: string, texts: readonly string[]): number {
  return texts.reduce((widest, text) => Math.max(widest, PADDING + longestLine(text)), PADDING + column.length);
}

/** What the borders of so many columns leave of the terminal's width. */
function room(columns: number): number {
  return (process.stdout.columns ?? WIDTH) - columns - 1;
}

const longestLine = (text: string) => Math.max(...text.split('\n').map(({ length }) => length));
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
