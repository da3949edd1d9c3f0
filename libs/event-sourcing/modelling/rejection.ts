/**
 * A rule says no. `code` is stable and for programs, the message is for people and says what to change.
 * `kind` tells the way out: it does not exist, it is in the wrong state, or the request itself is wrong.
 */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  constructor(
    readonly kind: 'not-found' | 'wrong-state' | 'invalid',
    readonly code: string,
    message: string,
    /** More for programs: ids, allowed values. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

export const notFound = (code: string, message: string, details?: Record<string, unknown>) =>
  new Rejection('not-found', code, message, details);

export const wrongState = (code: string, message: string, details?: Record<string, unknown>) =>
  new Rejection('wrong-state', code, message, details);

export const invalid = (code: string, message: string, details?: Record<string, unknown>) =>
  new Rejection('invalid', code, message, details);
