import { AsyncLocalStorage } from 'node:async_hooks';

/** Who asks. */
export interface Visitor {
  /** As events name actors: `user:li-ming`, `key:shop`, `system`. */
  subject: string;
  /** Until when it is known who this is, ISO 8601; longer than that nothing may be answered. */
  until?: string;
}

/** What has to be known deep inside of whatever is being handled. */
export interface Scope {
  /** Of the request. */
  correlationId?: string;
  visitor?: Visitor;
}

/** One for all of it: Node carries each store through every await. */
const scopes = new AsyncLocalStorage<Scope>();

/** Undefined outside of any scope. */
export const currentScope = (): Scope | undefined => scopes.getStore();

/** Everything that `work` does, now and later, is done in this scope. */
export const inScope = <T>(scope: Scope, work: () => T): T => scopes.run(scope, work);
