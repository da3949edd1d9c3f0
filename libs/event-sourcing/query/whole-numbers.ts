import { InvalidQuery } from '../ports/document-store.js';

/**
 * Refuses results with a whole number whose last digits are lost, such as a sum of too much money.
 * @throws InvalidQuery
 */
export function refuseInexact(results: readonly object[]): void {
  for (const result of results) check(result, '');
}

function check(value: unknown, path: string): void {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new InvalidQuery(`${path} comes to ${value}, and whole numbers are exact up to ${Number.MAX_SAFE_INTEGER} alone. Ask for larger units, such as { $sum: { $divide: ['$amount', 100000] } }.`);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [field, part] of Object.entries(value)) if (typeof part === 'object' || typeof part === 'number') check(part, path === '' ? field : `${path}.${field}`);
}
