import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { AnyAnalysis } from '../../modelling/analysis.js';
import { InvalidQuery } from '../../ports/document-store.js';

/**
 * What was chosen, with the defaults of what was not. Texts, as addresses and command lines have them, become what the
 * field is.
 * @throws InvalidQuery naming what has to change.
 */
export function parametersOf({ name, options: { parameters: type } }: AnyAnalysis, given: Readonly<Record<string, unknown>>): object {
  if (!type) return checkNone(name, Object.keys(given));
  const meant = Object.fromEntries(Object.entries(given).map(([field, value]) => [field, meaning(type, field, value)]));
  const parameters = plainToInstance(type, meant, { exposeDefaultValues: true });
  const errors = validateSync(parameters, { whitelist: true, forbidNonWhitelisted: true });
  if (errors.length === 0) return parameters;
  const words = errors.flatMap(({ property, constraints }) => (property in given && !parameterNames(type).includes(property)
    ? [`there is no parameter ${property}`]
    : Object.values(constraints ?? { invalid: `${property} is not valid` })));
  throw new InvalidQuery(`${name}: ${words.join('; ')}. Parameters: ${parameterNames(type).join(', ')}.`);
}

/** The names of the parameters that an analysis takes. */
export function parameterNames(type: (new () => object) | undefined): string[] {
  if (!type) return [];
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

function checkNone(name: string, given: readonly string[]): object {
  if (given.length === 0) return {};
  throw new InvalidQuery(`${name} takes no parameters; leave out ${given.join(', ')}.`);
}

function meaning(type: new () => object, field: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const kind = kindOf(type, field);
  if (kind === Number) return value.trim() === '' ? value : Number(value);
  if (kind === Boolean) return value === 'true' ? true : value === 'false' ? false : value;
  if (kind === Array) return value.split(',');
  return value;
}

/** What the default is or, without one, what TypeScript wrote down. */
function kindOf(type: new () => object, field: string): unknown {
  const fallback = (new type() as Record<string, unknown>)[field];
  return fallback?.constructor ?? Reflect.getMetadata('design:type', type.prototype as object, field);
}
