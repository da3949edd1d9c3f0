import { type Decision } from '#event-sourcing';
import { getMetadataStorage } from 'class-validator';
import { InvalidMapping, type CommandMapping, type FieldMapping, type Mapping } from './mapping.js';
import { Numbering } from './numbering.js';
import { BadValue, dateReader, idOf, integerOf, minorUnitsOf, momentReader, numberOf, NumberStyle } from './values.js';

/** A command that a row asks for, as plain data. */
export interface MappedCommand {
  decision: Decision;
  data: Record<string, unknown>;
  /** To be left out where its aggregate exists. */
  once: boolean;
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

interface CompiledCommand {
  decision: Decision;
  once: boolean;
  when: number | undefined;
  fields: { path: string[]; column: string; read: Read }[];
}

/** The field that says to whose history a command belongs. */
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
    const commands = this.commands.filter(({ when }) => when === undefined || values[when] !== '').map((command) => build(command, values));
    return { commands, sequence: sequenceOf(commands) };
  }
}

function build({ decision, once, fields }: CompiledCommand, values: Values): MappedCommand {
  const data: Record<string, unknown> = {};
  for (const { path, column, read } of fields) {
    try {
      const value = read(values);
      if (value !== undefined) put(data, path, value);
    } catch (error) {
      if (error instanceof BadValue) throw new BadRow(`${column}: ${error.message}`);
      throw error;
    }
  }
  return { decision, data, once };
}

function put(data: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const last = path.length - 1;
  let at = data;
  for (let index = 0; index < last; index++) {
    at = (at[path[index]!] ??= /^\d+$/.test(path[index + 1]!) ? [] : {}) as Record<string, unknown>;
  }
  at[path[last]!] = value;
}

function sequenceOf(commands: readonly MappedCommand[]): string {
  for (const { data } of commands) {
    if (typeof data[SEQUENCE_FIELD] === 'string') return data[SEQUENCE_FIELD];
  }
  return commands.map(({ data, decision }) => String(data[decision.idField])).join('/');
}

function compileCommand(mapping: CommandMapping, columns: readonly string[], decisionOf: (command: string) => Decision | undefined): CompiledCommand {
  const { command, once = false, when, fields } = mapping;
  const decision = decisionOf(command);
  if (!decision) throw new InvalidMapping([`there is no command ${command}`]);
  const known = fieldsOf(decision);
  const unknown = Object.keys(fields).filter((path) => !known.includes(path.split('.')[0]!));
  const missing = Object.values(fields).flatMap(columnsOf).concat(when ?? []).filter((column) => columns.filter((each) => each === column).length !== 1);
  const lines = [
    ...unknown.map((path) => `${command} has no field ${path}; its fields are ${known.join(', ')}`),
    ...[...new Set(missing)].map((column) => `the file has not exactly one column "${column}"; its columns are ${columns.join(', ')}`),
    ...(decision.idField in fields ? [] : [`${command} needs ${decision.idField}`]),
  ];
  if (lines.length > 0) throw new InvalidMapping(lines);
  return {
    decision,
    once,
    when: when === undefined ? undefined : columns.indexOf(when),
    // In an order of their own: command ids are made of what a row says, whatever order the mapping says it in.
    fields: Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)).map(([path, field]) => ({
      path: path.split('.'),
      column: columnsOf(field).join(' + ') || path,
      read: compileField(field, columns),
    })),
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
  const { column, value, translate } = field;
  if (column === undefined) return () => value;
  const text = textReader(field, [column].flat().map((name) => columns.indexOf(name)));
  const convert = converter(field, columns);
  return (values) => {
    const read = text(values);
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
  const { as = 'text', prefix, numbered } = field;
  const style = new NumberStyle(field.decimal, field.thousands);
  const numbering = numbered ? new Numbering() : undefined;
  const finished = (text: string) => {
    const full = prefix === undefined ? text : prefix + text;
    return numbering ? numbering.next(full) : full;
  };
  switch (as) {
    case 'text': return finished;
    case 'id': return (text) => finished(idOf(text));
    case 'integer': return (text) => integerOf(text, style);
    case 'number': return (text) => numberOf(text, style);
    case 'date': return dateReader(field.format);
    case 'moment': return momentReader(field.format, zoneOf(field.timeZone));
    case 'money': return (text, values) => {
      const currency = field.currency ?? values[columns.indexOf(field.currencyColumn!)]!;
      return { amount: minorUnitsOf(text, currency, style), currency };
    };
  }
}

const zoneOf = (zone: string | undefined) => (zone !== undefined && /^[+-]/.test(zone) ? `UTC${zone}` : zone);
const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
