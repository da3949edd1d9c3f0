import { ValidateBy } from 'class-validator';

const FIELDS_AT_MOST = 1_000;
const LONGEST_TEXT = 1_000;

/** An object of finite numbers by name: `{ "r": 0.24, "alpha": 4.41 }`. */
export const IsNumbers = (): PropertyDecorator => holds('isNumbers', 'finite numbers', isNumber);

/** An object of texts and numbers by name: `{ "asOf": "2026-01-31T23:59:59.999Z", "observations": 2357 }`. */
export const IsFacts = (): PropertyDecorator => holds('isFacts', 'texts and numbers', (value) => value === null || isNumber(value) || (typeof value === 'string' && value.length <= LONGEST_TEXT));

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);

function holds(name: string, what: string, fits: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length <= FIELDS_AT_MOST && Object.values(value).every(fits),
      defaultMessage: () => `$property must be an object of ${what}, ${FIELDS_AT_MOST} at the most`,
    },
  });
}
