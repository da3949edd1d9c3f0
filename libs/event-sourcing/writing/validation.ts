import { validateSync, type ValidationError } from 'class-validator';
import { invalid } from '../modelling/rejection.js';
import { InvalidCommand, type InvalidField } from './errors.js';
import { obeysRules } from './obeys-rules.js';

/** Business time may run ahead of the clock by this much, for clocks that differ. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** @throws InvalidCommand naming each field that has to change. */
export function validateCommand(command: object): void {
  if (obeysRules(command)) return;
  const errors = validateSync(command, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  if (errors.length > 0) throw new InvalidCommand(command.constructor.name, errors.flatMap((error) => fieldsOf(error, '')));
}

/**
 * Business time of a command: its own `occurredAt` or now, as ISO 8601 in UTC.
 * @throws Rejection it lies in the future or is no time.
 */
export function occurredAtOf(command: object, now: Date): string {
  const given = (command as { occurredAt?: unknown }).occurredAt;
  if (given === undefined) return now.toISOString();
  const time = new Date(given as string);
  if (typeof given !== 'string' || Number.isNaN(time.getTime())) throw invalid('invalid-time', 'occurredAt must be an ISO 8601 time.');
  if (time.getTime() > now.getTime() + CLOCK_SKEW_MS) {
    throw invalid('time-in-the-future', `occurredAt ${given} lies in the future; only what has happened can be recorded.`);
  }
  return time.toISOString();
}

function fieldsOf(error: ValidationError, path: string): InvalidField[] {
  const field = path ? `${path}.${error.property}` : error.property;
  const messages = messagesOf(error).map((message) => named(message, error.property, field));
  const own = messages.length > 0 ? [{ field, messages }] : [];
  return [...own, ...(error.children ?? []).flatMap((child) => fieldsOf(child, field))];
}

/** Rules are asked from the last decorator to the first, which says the most basic of what is wrong. */
function messagesOf({ property, value, constraints = {} }: ValidationError): string[] {
  if ('whitelistValidation' in constraints) return [`${property} is no field here; leave it out`];
  const messages = Object.values(constraints).reverse();
  if (value !== undefined) return messages;
  // What holds for each value of a list says nothing of a list that is not there.
  const basic = messages.find((message) => !message.startsWith('each value in ')) ?? messages[0];
  return basic === undefined ? [] : [`${property} is missing: ${basic.replace(`${property} must`, 'it must')}`];
}

/** Names the whole path of a field that lies within another. */
function named(message: string, property: string, field: string): string {
  if (property === field) return message;
  const at = ['', 'each value in '].find((start) => message.startsWith(`${start}${property} `));
  return at === undefined ? `${field}: ${message}` : `${at}${field}${message.slice(at.length + property.length)}`;
}
