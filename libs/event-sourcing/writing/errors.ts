import type { ExpectedRevision } from '../ports/event-store.js';

/** Others kept changing the aggregate while the command was decided; it may be sent again. */
export class ConcurrencyConflict extends Error {
  override readonly name = 'ConcurrencyConflict';
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: number,
    readonly attempts: number,
  ) {
    super(
      `${stream} was changed by others each of the ${attempts} times that the command was decided ` +
        `(expected revision ${expected}, found ${actual}). Nothing was appended; send the command again.`,
    );
  }
}

/** One key, two commands: the second is refused, for its sender believes that it is new. */
export class CommandIdReused extends Error {
  override readonly name = 'CommandIdReused';
  constructor(
    readonly stream: string,
    readonly commandId: string,
    readonly usedFor: string,
    readonly asked: string,
  ) {
    super(`The command id ${commandId} was used for ${usedFor} on ${stream} and cannot be used for ${asked}. Give each command a key of its own.`);
  }
}

export interface InvalidField {
  /** Path of the field, such as `items.0.quantity`. */
  field: string;
  messages: string[];
}

/** The command itself is malformed; `fields` says what to change. */
export class InvalidCommand extends Error {
  override readonly name = 'InvalidCommand';
  constructor(
    readonly command: string,
    readonly fields: readonly InvalidField[],
  ) {
    super(`${command} is not valid: ${fields.flatMap(({ messages }) => messages).join('; ')}.`);
  }
}

export class UnknownCommand extends Error {
  override readonly name = 'UnknownCommand';
  constructor(readonly command: string) {
    super(`No decision is known for the command ${command}. Export one from a file in a context's commands/ folder.`);
  }
}
