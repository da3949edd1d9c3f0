import { getMetadataStorage } from 'class-validator';

/**
 * Keeps what class-validator finds out about a class. By itself it looks, with each validation anew, through all
 * decorated classes of the program for those that the object's class inherits from, so that every command added makes
 * all of them slower. A class has its decorators before there is an object of it.
 */
export function keepRulesOfClasses(): void {
  const storage = getMetadataStorage();
  const find = storage.getTargetValidationMetadatas.bind(storage);
  const kept = new WeakMap<object, ReturnType<typeof find>>();
  storage.getTargetValidationMetadatas = (type, schema, always, strictGroups, groups) => {
    // Commands are validated without schemas and groups; whoever uses them is answered as ever.
    if (schema || always || strictGroups || groups) return find(type, schema, always, strictGroups, groups);
    let rules = kept.get(type);
    if (!rules) kept.set(type, (rules = find(type, schema, always, strictGroups, groups)));
    return rules;
  };
}
