import { InvalidQuery, type Filter } from '../ports/document-store.js';

/**
 * Divides a filter: what the store can answer from stored fields, and what has to wait until the fields of the moment
 * are computed (undefined where nothing does). A row passes the whole filter when it passes both.
 * @throws InvalidQuery a pattern is asked of a computed field.
 */
export function splitFilter(filter: Filter, computedFields: readonly string[]): { stored: Filter; computed?: Filter } {
  const conjuncts = conjunctsOf(filter);
  const waits = conjuncts.filter((conjunct) => touches(conjunct, computedFields));
  if (waits.length === 0) return { stored: filter };
  if (JSON.stringify(waits).includes('"$regex')) {
    throw new InvalidQuery(`$regex works on stored fields only; ${computedFields.join(', ')} are computed for the moment of the question.`);
  }
  const stored = conjuncts.filter((conjunct) => !waits.includes(conjunct));
  return { stored: stored.length > 0 ? { $and: stored } : {}, computed: { $and: waits } };
}

function conjunctsOf(filter: Filter): Filter[] {
  return Object.entries(filter).flatMap(([field, condition]) =>
    field === '$and' && Array.isArray(condition) && condition.every(isObject) ? condition.flatMap(conjunctsOf) : [{ [field]: condition }],
  );
}

function touches(filter: Filter, fields: readonly string[]): boolean {
  return Object.entries(filter).some(([field, condition]) => {
    if (field === '$expr') return fields.length > 0;
    if (field.startsWith('$')) return Array.isArray(condition) && condition.some((part) => isObject(part) && touches(part, fields));
    return fields.includes(field.split('.')[0]!);
  });
}

/** What is malformed goes to the store as it is, which tells what is wrong with it. */
function isObject(part: unknown): part is Filter {
  return typeof part === 'object' && part !== null;
}
