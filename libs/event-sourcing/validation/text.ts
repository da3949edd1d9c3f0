import { buildMessage, isEmail, Length, Matches, ValidateBy, ValidateIf, type ValidationOptions } from 'class-validator';

const CONTROL_OR_HALF_CHARACTER = /[^\P{Cc}\t\n\r]|\p{Cs}/u;
const HALF_CHARACTER = /\p{Cs}/u;
// "." and ".." would be taken out of an address before it is asked for.
// It stands in the description of the API, too: without looking ahead, which not every language can.
const ID = /^([A-Za-z0-9_:-][A-Za-z0-9._:-]?|\.[A-Za-z0-9_:-]|[A-Za-z0-9._:-]{3,100})$/;
const KEYWORD = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const PHONE = /^\+?[0-9 ()./-]+$/;

/** The field may be left out, but null is refused; `@IsOptional` lets both through. */
export function IsOmittable(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** An identifier: 1–100 letters, digits, `.`, `_`, `-`, `:`, but not `.` or `..` alone. */
export function IsId(options: ValidationOptions = {}): PropertyDecorator {
  const message = '$property must be an id of 1 to 100 letters, digits, ".", "_", "-" or ":", and not "." or ".." alone';
  return Matches(ID, { message, ...options });
}

/** A word that is used as a category: lower case letters and digits, parts joined by single dashes, at most 50 characters. */
export function IsKeyword(options: ValidationOptions = {}): PropertyDecorator {
  const message = '$property must be lower case words joined by dashes, at most 50 characters, such as "delivery-time"';
  return all(Matches(KEYWORD, { message, ...options }), Length(1, 50, options));
}

/** Text with something to read in it, at most `max` characters, without control characters other than tab and line break. */
export function IsText(max: number, options: ValidationOptions = {}): PropertyDecorator {
  const readable = ValidateBy({
    name: 'isText',
    validator: {
      validate: (value: unknown) => isReadable(value),
      defaultMessage: buildMessage((each) => `${each}$property must be text that is not blank and has no control characters`, options),
    },
  }, options);
  return all(readable, Length(1, max, options));
}

/** An e-mail address. Text that is no Unicode makes the library's own rule throw. */
export function IsEmailAddress(options: ValidationOptions = {}): PropertyDecorator {
  return ValidateBy({
    name: 'isEmail',
    validator: { validate: isEmailAddress, defaultMessage: buildMessage((each) => `${each}$property must be an email`, options) },
  }, options);
}

export const isEmailAddress = (value: unknown): boolean => typeof value === 'string' && !HALF_CHARACTER.test(value) && isEmail(value);

/** A telephone number as people write it: 3–15 digits, `+` in front, spaces, brackets, dots, slashes and dashes between. */
export function IsPhone(options: ValidationOptions = {}): PropertyDecorator {
  return ValidateBy({
    name: 'isPhone',
    validator: {
      validate: isPhone,
      defaultMessage: buildMessage((each) => `${each}$property must be a telephone number of 3 to 15 digits, such as "+86 10 6552 9988"`, options),
    },
  }, options);
}

export function isPhone(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 40 || !PHONE.test(value)) return false;
  const digits = value.replace(/\D/g, '').length;
  return digits >= 3 && digits <= 15;
}

function isReadable(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && !CONTROL_OR_HALF_CHARACTER.test(value);
}

/** One decorator that applies several, in the order in which they would be applied if they stood one above the other. */
export function all(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => decorators.toReversed().forEach((decorate) => decorate(target, property));
}
