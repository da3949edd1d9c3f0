import { getMetadataStorage, ValidationTypes } from 'class-validator';

type Rules = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>;
type Rule = Rules[number];
type Check = (object: object, value: unknown) => boolean;
/** Of each property that may be there. */
type CompiledRules = ReadonlyMap<string, Check>;

const compiled = new WeakMap<object, CompiledRules>();

/**
 * Whether an object has only properties that its class-validator decorators name, and obeys all of them: what
 * `validateSync` with `forbidNonWhitelisted` and `forbidUnknownValues` finds, at a tenth of its time, since nearly all
 * commands are well-formed and need no errors. The decorators' own constraints are asked. Rules with groups, and
 * constraints that answer with a promise, count as not obeyed: then the library is to be asked itself.
 */
export function obeysRules(object: object): boolean {
  const checks = rulesOf(object.constructor);
  if (checks.size === 0) return false;
  for (const property of Object.keys(object)) if (!checks.has(property)) return false;
  for (const [property, check] of checks) if (!check(object, (object as Record<string, unknown>)[property])) return false;
  return true;
}

/** A class has its decorators before there is an object of it. */
function rulesOf(type: object): CompiledRules {
  let checks = compiled.get(type);
  if (!checks) compiled.set(type, (checks = compile(getMetadataStorage().getTargetValidationMetadatas(type as new () => object, '', false, false))));
  return checks;
}

function compile(rules: Rules): CompiledRules {
  const properties = [...new Set(rules.map(({ propertyName }) => propertyName))];
  return new Map(properties.map((property) => [property, checkOf(rules.filter(({ propertyName }) => propertyName === property))]));
}

function checkOf(rules: Rules): Check {
  const conditions = rules.filter(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION).map(conditionOf);
  const checks = rules.filter(({ type }) => type !== ValidationTypes.CONDITIONAL_VALIDATION).flatMap(checksOf);
  return (object, value) => {
    for (const condition of conditions) if (!condition(object, value)) return true;
    for (const check of checks) if (!check(object, value)) return false;
    return true;
  };
}

function conditionOf(rule: Rule): Check {
  const [condition] = rule.constraints as [Check];
  return condition;
}

function checksOf(rule: Rule): Check[] {
  if (rule.groups?.length) return [() => false];
  switch (rule.type) {
    case ValidationTypes.WHITELIST: return [];
    case ValidationTypes.NESTED_VALIDATION: return [(_, value) => nestedObey(value)];
    case ValidationTypes.CUSTOM_VALIDATION:
    case ValidationTypes.IS_DEFINED: return constraintsOf(rule);
    default: return [() => false];
  }
}

function nestedObey(value: unknown): boolean {
  if (value === undefined) return true;
  if (Array.isArray(value) || value instanceof Set || value instanceof Map) return [...value.values()].every(nestedObey);
  return value instanceof Object && obeysRules(value);
}

function constraintsOf(rule: Rule): Check[] {
  const { each, validateIf, propertyName: property, constraints } = rule;
  return getMetadataStorage().getTargetValidatorConstraints(rule.constraintCls).map(({ instance }) => (object, value) => {
    if (validateIf && !validateIf(object, value)) return true;
    const holds = (one: unknown) => instance.validate(one, { targetName: object.constructor.name, property, object, value, constraints }) === true;
    if (each && (Array.isArray(value) || value instanceof Set || value instanceof Map)) return [...value.values()].every(holds);
    return holds(value);
  });
}
