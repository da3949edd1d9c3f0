import type { Class } from './domain-event.js';

/** What a reaction wants to happen. Plain data: the engine records it, and makes it so, once. */
export type Effect<State = unknown> = Remember<State> | Dispatch | SetDeadline | CancelDeadline | End;

export interface Remember<State> {
  kind: 'remember';
  state: State;
}

export interface Dispatch {
  kind: 'dispatch';
  command: Class;
  fields: object;
}

export interface SetDeadline {
  kind: 'set-deadline';
  deadline: string;
  /** ISO 8601. */
  at: string;
}

export interface CancelDeadline {
  kind: 'cancel-deadline';
  deadline: string;
}

export interface End {
  kind: 'end';
}

/** The process knows this from now on, in place of what it knew. Plain JSON. */
export const remember = <State>(state: State): Remember<State> => ({ kind: 'remember', state });

/**
 * Sends a command, once, whatever happens meanwhile: its id is derived from the process, the instance, the cause and its
 * place among the effects. Where the field that names the aggregate is left out, that is the id of the aggregate, too.
 */
export const dispatch = <C extends object>(command: Class<C>, fields: NoInfer<C>): Dispatch => ({ kind: 'dispatch', command, fields });

/**
 * Sets a deadline, or moves it where it is set. One that has passed is reached at once.
 * @param deadline a name that the process has an `onDeadline` for; several of one kind are told apart behind a slash, such as `instalment/3`.
 * @param at a moment, ISO 8601.
 */
export const setDeadline = (deadline: string, at: string): SetDeadline => ({ kind: 'set-deadline', deadline, at });

/** It will not be reached. Nothing changes where it is not set. */
export const cancelDeadline = (deadline: string): CancelDeadline => ({ kind: 'cancel-deadline', deadline });

/** The instance is done: its deadlines are cancelled, and it reacts to nothing but what starts it anew. */
export const end = (): End => ({ kind: 'end' });
