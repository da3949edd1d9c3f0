import { Unauthenticated } from '#event-sourcing';
import { currentScope, inScope, type Visitor } from '#scope';

export { type Visitor } from '#scope';

/** The program itself: what it does at a start, not on somebody's behalf. */
const SYSTEM: Visitor = { subject: 'system' };

/** Everything that `work` asks, now and later, is asked by this visitor. */
export const asVisitor = <T>(visitor: Visitor, work: () => T): T => inScope({ ...currentScope(), visitor }, work);

/** The same for all that is still to come of a request, whose scope has begun. */
export function continueAs(visitor: Visitor, go: () => void): void {
  const scope = currentScope();
  if (!scope) return asVisitor(visitor, go);
  scope.visitor = visitor;
  go();
}

/** For what the program does of itself; never for what somebody asked for. */
export const asSystem = <T>(work: () => T): T => asVisitor(SYSTEM, work);

/** @throws Unauthenticated nobody is known to ask: what has no visitor is refused. */
export function currentVisitor(): Visitor {
  const visitor = currentScope()?.visitor;
  if (!visitor) throw new Unauthenticated('It is not known who asks. Show a key or a token: Authorization: Bearer …');
  return visitor;
}

/** Whether the program asks of itself; false where it is not known who does. */
export const isAskedBySystem = (): boolean => currentScope()?.visitor === SYSTEM;

export const isSystem = (visitor: Visitor): boolean => visitor === SYSTEM;
