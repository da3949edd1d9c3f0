import { type FastifyRequest } from 'fastify';
import { type CommandContext } from '#event-sourcing';
import { RequestProblem } from '#http';

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Who sends a command, by what was shown of that; under which key and in which conversation, by the headers
 * Idempotency-Key and X-Correlation-Id.
 * @throws RequestProblem a header is malformed, or there is one that once named the actor.
 */
export function commandContext({ headers, id, visitor }: FastifyRequest): CommandContext {
  const key = header(headers['idempotency-key'], 'Idempotency-Key', KEY, 'must be 1 to 255 printable characters without spaces');
  if (headers['x-actor'] !== undefined) throw new RequestProblem('invalid-request', 'Leave the header X-Actor out: events name whoever the key or token belongs to.');
  return { correlationId: id, actor: visitor!.subject, source: 'http', ...(key !== undefined && { commandId: unquoted(key) }) };
}

function header(given: string | string[] | undefined, name: string, allowed: RegExp, rule: string): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'string' || !allowed.test(given)) throw new RequestProblem('invalid-request', `The header ${name} ${rule}, and be given once.`);
  return given;
}

/** Clients that follow the draft of the IETF put the key into quotes; it is the same key. */
function unquoted(key: string): string {
  return /^".+"$/.test(key) ? key.slice(1, -1) : key;
}
