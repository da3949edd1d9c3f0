import { type Decision } from '#event-sourcing';
import { getMetadataStorage } from 'class-validator';
import { InvalidMapping, type CommandMapping, type FieldMapping, type Mapping } from './mapping.js';
import { Numbering } from './numbering.js';
import { BadValue, dateReader, idOf, integerOf, minorUnitsOf, momentReader, numberOf, NumberStyle } from './values.js';

/** A command that a row asks for. */
export interface MappedCommand {
  decision: Decision;
  /** To be left out where its aggregate exists. */
  once: boolean;
  /** Id of its aggregate. */
  id: string;
  /** Its fields as plain data. @throws BadRow */
  data: () => Record<string, unknown>;
}

export interface MappedRow {
  commands: MappedCommand[];
  /** Rows of the same sequence happen in the order of the file. */
  sequence: string;
}

/** The row cannot become commands; the message tells why. */
export class BadRow extends Error {
  override readonly name = 'BadRow';
}

type Values = readonly string[];
/** Reads one value out of a row; undefined where the row has none. */
type Read = (values: Values) => unknown;

interface CompiledField {
  path: string[];
  column: string;
  read: Read;
}

interface CompiledCommand {
  decision: Decision;
  once: boolean;
  when: number | undefined;
  is: readonly string[] | undefined;
  fields: CompiledField[];
  id: CompiledField;
  /** Whose history it belongs to. */
  sequence: CompiledField | undefined;
}

/** The field that says to whose history a command belongs; without it each aggregate has its own. */
const SEQUENCE_FIELD = 'customerId';

/** From rows to commands: pure, apart from counting the rows that have the same value. */
export class RowMapper {
  private constructor(
    private readonly commands: readonly CompiledCommand[],
    private readonly columns: readonly string[],
  ) {}

  /**
   * @param columns names of the file's columns, in their order.
   * @throws InvalidMapping it names a column that the file does not have, or a command or field that the program does not have.
   */
  static compile(mapping: Mapping, columns: readonly string[], decisionOf: (command: string) => Decision | undefined): RowMapper {
    const lines: string[] = [];
    const commands = mapping.commands.map((command) => {
      try {
        return compileCommand(command, columns, decisionOf);
      } catch (error) {
        if (!(error instanceof InvalidMapping)) throw error;
        lines.push(...error.lines);
        return undefined;
      }
    });
    if (lines.length > 0) throw new InvalidMapping(lines);
    return new RowMapper(commands as CompiledCommand[], columns);
  }

  /** @throws BadRow */
  map(values: Values): MappedRow {
    const surplus = values.slice(this.columns.length).some((value) => value !== '');
    if (surplus || values.length < this.columns.length) throw new BadRow(`it has ${count(values.length, 'column')} where ${this.columns.length} are expected`);
    const commands = this.commands.filter(({ when, is }) => when === undefined || (is ? is.includes(values[when]!) : values[when] !== ''));
    const [first] = commands;
    if (!first) return { commands: [], sequence: '' };
    const made = commands.map((command) => mapped(command, values));
    const whose = first.sequence && (valueOf(first.sequence, values) as string | number | undefined);
    return { commands: made, sequence: `${whose ?? made[0]!.id}` };
  }
}

/** Most rows are of somebody who exists: a command that is left out then is made when it is needed. */
function mapped(command: CompiledCommand, values: Values): MappedCommand {
  const { decision, once, id } = command;
  if (once) return { decision, once, id: textOf(id, values), data: () => dataOf(command, values) };
  const data = dataOf(command, values);
  return { decision, once, id: String(data[decision.idField]), data: () => data };
}

function dataOf({ fields }: CompiledCommand, values: Values): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const field of fields) {
    const value = valueOf(field, values);
    if (value !== undefined) put(data, field.path, value);
  }
  return data;
}

const textOf = (field: CompiledField, values: Values): string => String(valueOf(field, values));

function valueOf({ column, read }: CompiledField, values: Values): unknown {
  try {
    return read(values);
  } catch (error) {
    if (error instanceof BadValue) throw new BadRow(`${column}: ${error.message}`);
    throw error;
  }
}

/** What to change where columns are not there. Of a file that seems to be of another form, that is said once. */
function notThere(missing: readonly string[], columns: readonly string[]): string[] {
  if (missing.length > 0 && columns.some((column) => column.includes('\r'))) return ['the lines of the file end in carriage returns alone; save it with line feeds'];
  const [only = '', ...others] = columns;
  const delimiter = missing.length > 0 && others.length === 0 && [';', '\t', '|', ','].find((each) => only.includes(each));
  if (delimiter) return [`the file has but one column, ${JSON.stringify(only)}; if ${JSON.stringify(delimiter)} stands between columns, say "delimiter": ${JSON.stringify(delimiter)} in the mapping`];
  return missing.map((column) => `the file has not exactly one column "${column}"; its columns are ${columns.join(', ')}`);
}

function put(data: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const last = path.length - 1;
  let at = data;
  for (let index = 0; index < last; index++) {
    at = (at[path[index]!] ??= /^\d+$/.test(path[index + 1]!) ? [] : {}) as Record<string, unknown>;
  }
  at[path[last]!] = value;
}

function compileCommand(mapping: CommandMapping, columns: readonly string[], decisionOf: (command: string) => Decision | undefined): CompiledCommand {
  const { command, once = false, when, is, fields } = mapping;
  const numbered = Object.keys(fields).filter((path) => once && fields[path]!.numbered);
  const decision = decisionOf(command);
  if (!decision) throw new InvalidMapping([`there is no command ${command}`]);
  const known = fieldsOf(decision);
  const unknown = Object.keys(fields).filter((path) => !known.includes(path.split('.')[0]!));
  const missing = Object.values(fields).flatMap(columnsOf).concat(when ?? []).filter((column) => columns.filter((each) => each === column).length !== 1);
  const lines = [
    ...(unknown.length > 0 ? [`${command} has no field ${unknown.join(', ')}; its fields are ${known.join(', ')}`] : []),
    ...notThere([...new Set(missing)], columns),
    ...(is && when === undefined ? [`${command} has "is" and no "when" that names the column`] : []),
    ...(decision.idField in fields ? [] : [`${command} needs ${decision.idField}`]),
    ...numbered.map((path) => `${path} of ${command} cannot be "numbered", since that is sent "once"`),
  ];
  if (lines.length > 0) throw new InvalidMapping(lines);
  const compiled = Object.entries(fields).map(([path, field]) => ({
    path: path.split('.'), column: columnsOf(field).join(' + ') || path, read: compileField(field, columns),
  }));
  const find = (name: string) => compiled.find(({ path: [first] }) => first === name);
  const id = find(decision.idField)!;
  return {
    decision,
    once,
    when: when === undefined ? undefined : columns.indexOf(when),
    is,
    // In an order of their own: command ids are made of what a row says, whatever order the mapping says it in.
    fields: compiled.sort((one, other) => (one.path.join('.') < other.path.join('.') ? -1 : 1)),
    id,
    sequence: find(SEQUENCE_FIELD),
  };
}

function fieldsOf({ command }: Decision): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(command, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

function columnsOf({ column, currencyColumn }: FieldMapping): string[] {
  return [...(column === undefined ? [] : [column].flat()), ...(currencyColumn === undefined ? [] : [currencyColumn])];
}

function compileField(field: FieldMapping, columns: readonly string[]): Read {
  const { column, value, rename = {}, translate } = field;
  if (column === undefined) return () => value;
  const text = textReader(field, [column].flat().map((name) => columns.indexOf(name)));
  const convert = converter(field, columns);
  return (values) => {
    const written = text(values);
    const read = Object.hasOwn(rename, written) ? rename[written]! : written;
    if (translate && Object.hasOwn(translate, read)) return translate[read];
    if (read === '') return undefined;
    if (!translate) return convert(read, values);
    if (field.otherwise !== undefined) return field.otherwise;
    throw new BadValue(`"${read}" is none of ${Object.keys(translate).join(', ')}, which the mapping translates`);
  };
}

function textReader({ as, join = '-' }: FieldMapping, indexes: readonly number[]): (values: Values) => string {
  if (indexes.length === 1) return (values) => values[indexes[0]!]!;
  return (values) => {
    const parts = indexes.map((index) => values[index]!).filter((part) => part !== '');
    // Two rows that differ only in a part that is missing must not get the same id.
    if (as === 'id' && parts.length > 0 && parts.length < indexes.length) throw new BadValue('a part of the id is empty');
    return parts.join(join);
  };
}

function converter(field: FieldMapping, columns: readonly string[]): (text: string, values: Values) => unknown {
  const { as = 'text', prefix, numbered, times = 1 } = field;
  const style = new NumberStyle(field.decimal, field.thousands);
  const numbering = numbered ? new Numbering() : undefined;
  const finished = (text: string) => {
    const full = prefix === undefined ? text : prefix + text;
    return numbering ? numbering.next(full) : full;
  };
  switch (as) {
    case 'text': return finished;
    case 'id': return (text) => finished(idOf(text));
    case 'integer': return (text) => multiplied(integerOf(text, style), times);
    case 'number': return (text) => multiplied(numberOf(text, style), times);
    case 'date': return dateReader(field.format);
    case 'moment': return momentReader(field.format, zoneOf(field.timeZone));
    case 'money': return (text, values) => {
      const currency = field.currency ?? values[columns.indexOf(field.currencyColumn!)]!;
      return { amount: multiplied(minorUnitsOf(text, currency, style), times), currency };
    };
  }
}

function multiplied(value: number, times: number): number {
  const product = value * times;
  if (Math.abs(product) > Number.MAX_SAFE_INTEGER) throw new BadValue(`${value} times ${times} is too large`);
  return product;
}

const zoneOf = (zone: string | undefined) => (zone !== undefined && /^[+-]/.test(zone) ? `UTC${zone}` : zone);
const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
