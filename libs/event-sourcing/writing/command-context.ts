import { randomUUID } from 'node:crypto';
import { validate as isUuid } from 'uuid';
import { uuidV5 } from './uuid-v5.js';

/** What is known of a command besides its content. */
export interface CommandContext {
  /** A UUID, or any key that the caller keeps for its repetitions (`Idempotency-Key`). Without it each sending is a new command. */
  commandId?: string;
  correlationId?: string;
  causationId?: string;
  /** How many commands of processes led to this one, it included. Default 0. */
  depth?: number;
  actor?: string;
  source?: string;
}

export type ResolvedContext = Required<Omit<CommandContext, 'causationId' | 'depth'>> & {
  causationId?: string;
  depth?: number;
  /** The id came from the caller, so the same command may be under way elsewhere. */
  idGiven: boolean;
};

const CONTEXT = Symbol('command context');
const KEYS = '6f6e5a3c-6d0f-5b0a-9a57-0f3a1c7d2e11';

/** The same command object, now carrying its context: `commandBus.execute(withContext(command, { actor }))`. */
export function withContext<C extends object>(command: C, context: CommandContext): C {
  return Object.assign(command, { [CONTEXT]: context });
}

export function contextOf(command: object): ResolvedContext {
  const given = (command as { [CONTEXT]?: CommandContext })[CONTEXT] ?? {};
  const commandId = given.commandId === undefined ? randomUUID() : commandIdFrom(given.commandId);
  return {
    commandId,
    idGiven: given.commandId !== undefined,
    correlationId: given.correlationId ?? commandId,
    actor: given.actor ?? 'system',
    source: given.source ?? 'library',
    ...(given.causationId !== undefined && { causationId: given.causationId }),
    ...(given.depth !== undefined && { depth: given.depth }),
  };
}

/** A caller's key as a UUID: itself where it is one, otherwise derived from it (RFC 9562, version 5). */
export function commandIdFrom(key: string): string {
  return isUuid(key) ? key.toLowerCase() : uuidV5(key, KEYS);
}

/** The id of a command's n-th event in a stream: the same command always makes the same ids. */
export function eventIdFrom(commandId: string, stream: string, index: number): string {
  return uuidV5(`${stream}/${index}`, commandId);
}
