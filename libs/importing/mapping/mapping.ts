import { plainToInstance, Transform, Type } from 'class-transformer';
import {
  ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, isObject, Length, Max, Min, ValidateBy, ValidateNested,
  validateSync, type ValidationError,
} from 'class-validator';
import { IANAZone, FixedOffsetZone } from 'luxon';
import { IsText } from '#event-sourcing/validation';
import { type Delimiter } from '../source/records.js';

const VALUE_TYPES = ['text', 'id', 'integer', 'number', 'date', 'moment', 'money'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** Where one field of a command comes from. An empty column leaves the field out. */
export class FieldMapping {
  /** The same for every row; any JSON. */
  @IsOptional() value?: unknown;
  /** Column of the file, or several, whose values are joined. */
  @IsOptional() @IsColumns() column?: string | string[];
  /** Between the values of several columns. Default `-`. */
  @IsOptional() @IsString() join?: string;
  /** Put before the value. */
  @IsOptional() @IsString() prefix?: string;
  /** What the value is. Default `text`; `id` makes an id of any text; `money` is written in major units, such as `12.30`. */
  @IsOptional() @IsIn(VALUE_TYPES) as?: ValueType;
  /** Adds `-1`, `-2` …: the how-manieth row of the file it is with this value. */
  @IsOptional() @IsBoolean() numbered?: boolean;
  /** Of a date or moment, such as `dd.MM.yyyy HH:mm` (tokens of Luxon). Default: ISO 8601. */
  @IsOptional() @IsText(100) format?: string;
  /** Of a moment whose text names none: `Asia/Shanghai`, `+08:00`. Default UTC. */
  @IsOptional() @IsTimeZone() timeZone?: string;
  /** Of money: a currency of ISO 4217. */
  @IsOptional() @Length(3, 3) currency?: string;
  /** Of money: the column that holds the currency. */
  @IsOptional() @IsText(200) currencyColumn?: string;
  /** Default `.` */
  @IsOptional() @IsIn(['.', ',']) decimal?: '.' | ',';
  /** Sign between groups of three digits. Default: none. */
  @IsOptional() @IsIn(['.', ',', ' ', "'", '\u00a0', '\u202f']) thousands?: string;
  /** Of a number or money: how many of what the column counts in, such as 1000000 where it is written in millions. */
  @IsOptional() @IsInt() @Min(1) @Max(1_000_000_000) times?: number;
  /** From a value of the file to what the command takes. */
  @IsOptional() @IsObject() translate?: Record<string, unknown>;
  /** Other words for some values of the file; all others stay as they are. */
  @IsOptional() @IsObject() rename?: Record<string, string>;
  /** For values that `translate` does not have; without it such a row is rejected. */
  @IsOptional() otherwise?: unknown;
}

/** A command that each row becomes. */
export class CommandMapping {
  @IsText(100) command!: string;
  /** Only rows in which this column is not empty. */
  @IsOptional() @IsText(200) when?: string;
  /** Only rows in which the column of `when` has one of these values. */
  @IsOptional() @IsArray() @ArrayMinSize(1) @IsString({ each: true }) is?: string[];
  /** Only where what the command is about does not exist yet: a customer who is registered once, with the first row. */
  @IsOptional() @IsBoolean() once?: boolean;
  /** By the command's field; `address.city` and `items.0.product` reach inside. */
  @IsFields() fields!: Record<string, FieldMapping>;
}

/** How the rows of a file become commands. */
export class Mapping {
  @IsOptional() @IsIn([',', ';', '\t', '|', 'whitespace']) delimiter?: Delimiter;
  /** A label of the WHATWG Encoding Standard. Default `utf-8`. */
  @IsOptional() @IsEncoding() encoding?: string;
  /** The names of the columns, where the file has no header line. */
  @IsOptional() @IsArray() @ArrayMinSize(1) @ArrayUnique() @IsString({ each: true }) @IsNotEmpty({ each: true }) columns?: string[];
  /** In the order in which each row sends them. */
  @IsArray() @ArrayMinSize(1) @ValidateNested({ each: true }) @Type(() => CommandMapping) commands!: CommandMapping[];
}

/** The mapping is wrong; each line tells one thing to change. */
export class InvalidMapping extends Error {
  override readonly name = 'InvalidMapping';
  constructor(readonly lines: readonly string[]) {
    super(`The mapping is not valid: ${lines.join('; ')}.`);
  }
}

/**
 * A mapping from JSON. `{ "fields": … }` is short for the one command that the kind of file stands for.
 * @throws InvalidMapping
 */
export function mappingOf(json: unknown, mainCommand: string): Mapping {
  if (!isObject(json) || Array.isArray(json)) throw new InvalidMapping(['it must be a JSON object']);
  const { fields, ...rest } = json as Record<string, unknown>;
  if (fields !== undefined && 'commands' in rest) throw new InvalidMapping(['give "fields" or "commands", not both']);
  const full = fields === undefined ? rest : { ...rest, commands: [{ command: mainCommand, fields }] };
  const mapping = plainToInstance(Mapping, full);
  const lines = problemsOf(mapping);
  if (lines.length > 0) throw new InvalidMapping(lines);
  const main = mapping.commands.filter(({ command }) => command === mainCommand);
  if (main.length === 0) throw new InvalidMapping([`none of its commands is ${mainCommand}, for which these rows are`]);
  if (main.every(({ once }) => once)) throw new InvalidMapping([`${mainCommand} is what these rows are for and cannot be sent only "once"; leave "once" out there`]);
  return mapping;
}

function problemsOf(value: object, path = ''): string[] {
  return validateSync(value, { whitelist: true, forbidNonWhitelisted: true }).flatMap((error) => linesOf(error, path));
}

function linesOf({ property, constraints, children }: ValidationError, path: string): string[] {
  const own = Object.values(constraints ?? {}).map((message) => (path ? `${path}: ${message}` : message));
  return [...own, ...(children ?? []).flatMap((child) => linesOf(child, path ? `${path}.${property}` : property))];
}

function contradictionsOf(field: FieldMapping): string[] {
  const { value, column, as = 'text', currency, currencyColumn, format, timeZone, times, rename, translate, otherwise } = field;
  const rules: [boolean, string][] = [
    [(value === undefined) === (column === undefined), 'it needs either "column" or "value"'],
    [as === 'money' && (currency === undefined) === (currencyColumn === undefined), 'it is money and needs either "currency" or "currencyColumn"'],
    [as !== 'money' && (currency ?? currencyColumn) !== undefined, 'it has a currency and is not "as": "money"'],
    [format !== undefined && as !== 'date' && as !== 'moment', 'it has a "format" and is neither "as": "date" nor "as": "moment"'],
    [timeZone !== undefined && as !== 'moment', 'it has a "timeZone" and is not "as": "moment"'],
    [rename !== undefined && translate !== undefined, 'it has "rename" and "translate"; give one of them'],
    [times !== undefined && !['integer', 'number', 'money'].includes(as), 'it has "times" and is no number and no money'],
    [otherwise !== undefined && translate === undefined, 'it has "otherwise" without "translate"'],
  ];
  return rules.filter(([wrong]) => wrong).map(([, message]) => message);
}

function IsFields(): PropertyDecorator {
  const problems = (fields: unknown): string[] => {
    if (!isObject(fields) || Array.isArray(fields) || Object.keys(fields).length === 0) return ['fields must be an object with at least one field'];
    return Object.entries(fields).flatMap(([name, field]) => {
      if (!(field instanceof FieldMapping)) return [`the field ${name} must be an object such as { "column": "Name" }`];
      const lines = problemsOf(field);
      return (lines.length > 0 ? lines : contradictionsOf(field)).map((line) => `the field ${name}: ${line}`);
    });
  };
  const check = ValidateBy({
    name: 'isFields',
    validator: { validate: (fields) => problems(fields).length === 0, defaultMessage: (args) => problems(args?.value).join('; ') },
  });
  const convert = Transform(({ value }) => (isObject(value) && !Array.isArray(value) ? mapValues(value, asFieldMapping) : (value as unknown)));
  return (target, property) => [check, convert].forEach((decorate) => decorate(target, property));
}

const asFieldMapping = (field: unknown) => (isObject(field) && !Array.isArray(field) ? plainToInstance(FieldMapping, field) : field);

function mapValues(values: object, change: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

function IsColumns(): PropertyDecorator {
  const isName = (value: unknown) => typeof value === 'string' && value !== '';
  return rule('isColumns', (value) => isName(value) || (Array.isArray(value) && value.length > 0 && value.every(isName)), 'the name of a column, or a list of such names');
}

function IsEncoding(): PropertyDecorator {
  return rule('isEncoding', (value) => typeof value === 'string' && canDecode(value), 'an encoding such as "utf-8", "gb18030" or "windows-1252"');
}

function canDecode(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    // A RangeError is how the platform says that it does not know the label.
    return false;
  }
}

function IsTimeZone(): PropertyDecorator {
  const isZone = (zone: unknown) => typeof zone === 'string' && (IANAZone.isValidZone(zone) || FixedOffsetZone.parseSpecifier(`UTC${zone}`) !== null);
  return rule('isTimeZone', isZone, 'a time zone such as "Asia/Shanghai" or "+08:00"');
}

function rule(name: string, validate: (value: unknown) => boolean, wanted: string): PropertyDecorator {
  return ValidateBy({ name, validator: { validate, defaultMessage: () => `$property must be ${wanted}` } });
}
