import { AsyncLocalStorage } from 'node:async_hooks';
import { Unauthenticated } from '#event-sourcing';

/** Who asks. */
export interface Visitor {
  /** As events name actors: `user:li-ming`, `key:shop`, `system`. */
  subject: string;
  /** Until when it is known who this is, ISO 8601; longer than that nothing may be answered. */
  until?: string;
}

/** The program itself: what it does at a start, not on somebody's behalf. */
const SYSTEM: Visitor = { subject: 'system' };

const visitors = new AsyncLocalStorage<Visitor>();

/** Everything that `work` asks, now and later, is asked by this visitor. */
export const asVisitor = <T>(visitor: Visitor, work: () => T): T => visitors.run(visitor, work);

/** For what the program does of itself; never for what somebody asked for. */
export const asSystem = <T>(work: () => T): T => visitors.run(SYSTEM, work);

/** @throws Unauthenticated nobody is known to ask: what has no visitor is refused. */
export function currentVisitor(): Visitor {
  const visitor = visitors.getStore();
  if (!visitor) throw new Unauthenticated('It is not known who asks. Show a key or a token: Authorization: Bearer …');
  return visitor;
}

/** Whether the program asks of itself; false where it is not known who does. */
export const isAskedBySystem = (): boolean => visitors.getStore() === SYSTEM;

export const isSystem = (visitor: Visitor): boolean => visitor === SYSTEM;
