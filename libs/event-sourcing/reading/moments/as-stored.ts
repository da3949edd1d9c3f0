/** The row as a store would give it back: what JSON has no word for is not there. */
export function asStored<Row extends object>(row: Row): Row {
  return isJson(row) ? row : (JSON.parse(JSON.stringify(row)) as Row);
}

/** Whether it would come back from JSON as it is. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || value === null) return value === null || typeof value === 'string' || typeof value === 'boolean';
  if (Array.isArray(value)) return isJsonArray(value);
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const name in value) if (!isJson((value as Record<string, unknown>)[name])) return false;
  return true;
}

function isJsonArray(values: readonly unknown[]): boolean {
  // Not by every(): it passes over holes, of which JSON makes null.
  for (let index = 0; index < values.length; index++) if (!isJson(values[index])) return false;
  return true;
}
