import type { Filter } from '#event-sourcing';
import { isKey } from '../../keys.js';
import { AFTER_TEXT, LEAST_TEXT, MARKED_AS_ARRAY, columnOf, ofBoolean } from './columns.js';

/** What is known of a collection's paths. */
export interface Knowledge {
  isIndexed(path: string): boolean;
  /** Whether some document has an array or object at the path, or an array on its way. */
  isMarked(path: string): boolean;
}

/** SQL conditions that every match of a filter meets. */
export interface Narrowing {
  conditions: string[];
  parameters: string[];
  /** Whether what meets them is a match: then the filter need not be asked again. */
  complete: boolean;
}

/** Takes from a filter what an index can answer. What it cannot say exactly it leaves out, never in. */
export function narrow(filter: Filter, knowledge: Knowledge): Narrowing {
  const narrowing: Narrowing = { conditions: [], parameters: [], complete: true };
  for (const [field, condition] of conjuncts(filter)) {
    const terms = field.startsWith('$') ? undefined : termsOf(field, condition, knowledge);
    if (!terms) {
      narrowing.complete = false;
      continue;
    }
    for (const term of terms.filter((each) => each !== undefined)) {
      narrowing.conditions.push(term.sql);
      narrowing.parameters.push(...term.parameters);
    }
    narrowing.complete &&= terms.every((term) => term !== undefined) && !knowledge.isMarked(field);
  }
  return narrowing;
}

function conjuncts(filter: Filter): [field: string, condition: unknown][] {
  return Object.entries(filter).flatMap(([field, condition]) =>
    field === '$and' ? (condition as Filter[]).flatMap(conjuncts) : [[field, condition] as [string, unknown]],
  );
}

interface Term {
  sql: string;
  parameters: string[];
}

/** One term for each operator of the condition, undefined for those that SQL cannot say; nothing at all for a path without index. */
function termsOf(field: string, condition: unknown, knowledge: Knowledge): (Term | undefined)[] | undefined {
  if (field === '_id') return operatorsOf(condition).map(([operator, operand]) => keyTerm(operator, operand));
  if (!knowledge.isIndexed(field)) return undefined;
  const column = columnOf(field);
  const terms = operatorsOf(condition).map(([operator, operand]) => term(column, operator, operand, json));
  if (!knowledge.isMarked(field)) return terms;
  return terms.map((each) => each && { ...each, sql: `(${column} = ${MARKED_AS_ARRAY} OR ${each.sql})` });
}

function operatorsOf(condition: unknown): [operator: string, operand: unknown][] {
  const isOperators = typeof condition === 'object' && condition !== null && Object.keys(condition)[0]?.startsWith('$');
  return isOperators ? Object.entries(condition) : [['$eq', condition]];
}

/** Writes an operand into SQL. */
type Bind = (value: string | number) => Term;

// Read by the same code of SQLite that reads documents, so that numbers and text are the same to the last bit.
const json: Bind = (value) => ({ sql: `json_extract(?, '$')`, parameters: [JSON.stringify(value)] });
const plain: Bind = (value) => ({ sql: '?', parameters: [value as string] });

/** Keys are text without NUL and lone surrogates; SQLite would cut or change such an operand. */
function keyTerm(operator: string, operand: unknown): Term | undefined {
  return [operand].flat().every(isKey) ? term('key', operator, operand, plain) : undefined;
}

const RANGES: Readonly<Record<string, string>> = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' };

function term(column: string, operator: string, operand: unknown, bind: Bind): Term | undefined {
  if (operator === '$eq') return equality(column, operand, bind);
  if (operator === '$in') return membership(column, operand as unknown[]);
  return operator in RANGES ? range(column, operator, operand, bind) : undefined;
}

function equality(column: string, operand: unknown, bind: Bind): Term | undefined {
  if (operand === null) return { sql: `${column} IS NULL`, parameters: [] };
  if (typeof operand === 'boolean') return { sql: `${column} = ${ofBoolean(operand)}`, parameters: [] };
  if (!isComparable(operand)) return undefined;
  const value = bind(operand);
  return { ...value, sql: `${column} = ${value.sql}` };
}

function membership(column: string, operands: unknown[]): Term | undefined {
  if (!operands.every(isComparable)) return undefined;
  return { sql: `${column} IN (SELECT value FROM json_each(?))`, parameters: [JSON.stringify(operands)] };
}

/** Between values of one type, as MongoDB has it: the other end of the type closes the range. */
function range(column: string, operator: string, operand: unknown, bind: Bind): Term | undefined {
  if (!isComparable(operand)) return undefined;
  const value = bind(operand);
  const upwards = operator.startsWith('$gt');
  const isText = typeof operand === 'string';
  const end = upwards ? `${column} < ${isText ? AFTER_TEXT : LEAST_TEXT}` : isText ? `${column} >= ${LEAST_TEXT}` : undefined;
  const sql = `${column} ${RANGES[operator]} ${value.sql}`;
  return { ...value, sql: end ? `(${sql} AND ${end})` : sql };
}

const isComparable = (value: unknown): value is string | number => typeof value === 'string' || Number.isFinite(value);
