import { type FastifyRequest } from 'fastify';
import { type CommandContext } from '#event-sourcing';
import { RequestProblem } from '#http';

const ANONYMOUS = 'anonymous';
const KEY = /^[\x21-\x7e]{1,255}$/;
const ACTOR = /^[^\p{Cc}\p{Cs}]{1,200}$/u;

/**
 * Who sends a command, under which key, in which conversation: from the headers Idempotency-Key, X-Actor and X-Correlation-Id.
 * @throws RequestProblem a header is malformed.
 */
export function commandContext({ headers, id }: FastifyRequest): CommandContext {
  const key = header(headers['idempotency-key'], 'Idempotency-Key', KEY, 'must be 1 to 255 printable characters without spaces');
  const actor = header(headers['x-actor'], 'X-Actor', ACTOR, 'must be 1 to 200 characters without control characters');
  return { correlationId: id, actor: actor ?? ANONYMOUS, source: 'http', ...(key !== undefined && { commandId: unquoted(key) }) };
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
