import { Forbidden, notFound, Rejection, type Authority, type Decision, type DecisionMoment, type Guarded, type Reach, type Records, type Sight } from '#event-sourcing';
import { type Area, type RoleDefinition } from '../domain/role.js';
import { type Grant } from '../domain/user.js';
import { recordsIn } from './record-of.js';
import { type RightsInMemory } from './rights-in-memory.js';
import { allowsArea, allowsCommand, allowsView } from './rules.js';
import { type Sightings } from './sightings.js';
import { currentVisitor, isSystem, type Visitor } from './visitor.js';

interface Held {
  grant: Grant;
  role: RoleDefinition;
}

type Scope = 'all' | Records;

const EVERYTHING: readonly [Reach] = [{ records: 'all', withheld: [] }];

/** The engine's authority: looks at who asks, and at the roles that they have at this very moment. */
export class AccessControl implements Authority {
  constructor(
    private readonly memory: RightsInMemory,
    private readonly sightings: Sightings,
  ) {}

  command(decision: Decision, command: object): Decision {
    const visitor = currentVisitor();
    if (isSystem(visitor)) return decision;
    const held = this.heldBy(visitor).filter(({ role }) => allowsCommand(role, decision));
    if (held.length === 0) throw this.refusal('command-not-allowed', ruleless(decision.options.allow) ?? `None of your roles may send ${decision.command.name}.`);
    const scopes = this.scopesOf(visitor, held);
    return scopes.includes('all') ? decision : within(scopes as Records[], decision, command);
  }

  view(view: Guarded): readonly [Reach, ...Reach[]] {
    const visitor = currentVisitor();
    if (isSystem(visitor)) return EVERYTHING;
    const { allow, personal, record } = view.options;
    const held = this.heldBy(visitor).filter(({ role }) => allowsView(role, view));
    if (held.length === 0) throw this.refusal('view-not-allowed', ruleless(allow && personal && record !== undefined ? allow : undefined) ?? `None of your roles may read ${view.name}.`);
    const reaches = held.map(({ grant, role }) => ({ records: this.reach(visitor, grant, role), withheld: role.personal ? [] : (personal ?? []) }));
    return reaches as unknown as [Reach, ...Reach[]];
  }

  saw(view: Guarded, sight: Sight): void {
    const visitor = currentVisitor();
    if (isSystem(visitor)) return;
    if ('records' in sight) this.sightings.saw(visitor.subject, view.name, sight.records);
    else this.sightings.saw(visitor.subject, view.name, [], sight.question);
  }

  /** Records that the events of a record were shown. */
  sawHistory(what: string, records: readonly string[]): void {
    const visitor = currentVisitor();
    if (!isSystem(visitor)) this.sightings.saw(visitor.subject, what, records, records.length === 0 ? what : undefined);
  }

  refusal(code: string, message: string): Forbidden {
    this.sightings.refused(currentVisitor().subject, code, message);
    return new Forbidden(code, message);
  }

  /** @throws Forbidden no role of the visitor allows the area. */
  enter(area: Area): void {
    const visitor = currentVisitor();
    if (isSystem(visitor) || this.heldBy(visitor).some(({ role }) => allowsArea(role, area))) return;
    throw this.refusal('area-not-allowed', `None of your roles allows this: it needs one that has the area "${area}".`);
  }

  /** @throws Forbidden the visitor may not read the events of all records, with personal fields. */
  enterWhole(area: Area): void {
    if (this.mayEnterWhole(currentVisitor(), area)) return;
    throw this.refusal('area-not-allowed', `None of your roles allows this: it needs one with the area "${area}", all records and personal fields.`);
  }

  mayEnterWhole(visitor: Visitor, area: Area): boolean {
    return isSystem(visitor) || this.heldBy(visitor).some(({ role }) => allowsArea(role, area) && role.personal && role.records === 'all');
  }

  /** Whether the visitor may read what happened with a record; undefined: it belongs to no record. */
  reads(record: string | undefined): boolean {
    const visitor = currentVisitor();
    if (isSystem(visitor)) return true;
    return this.heldBy(visitor).some(({ grant, role }) => {
      if (!allowsArea(role, 'history') || !role.personal) return false;
      const scope = this.reach(visitor, grant, role);
      return scope === 'all' || (record !== undefined && scope.has(record));
    });
  }

  mayCommand(decision: Decision): boolean {
    const visitor = currentVisitor();
    return isSystem(visitor) || this.heldBy(visitor).some(({ role }) => allowsCommand(role, decision));
  }

  mayView(view: Guarded): boolean {
    const visitor = currentVisitor();
    return isSystem(visitor) || this.heldBy(visitor).some(({ role }) => allowsView(role, view));
  }

  /** Whether the visitor may still do anything at all: a key may be revoked, a token may be over. */
  isKnown(visitor: Visitor): boolean {
    return this.heldBy(visitor).length > 0;
  }

  private heldBy({ subject, until }: Visitor): Held[] {
    const { rights } = this.memory;
    if (until !== undefined && until <= new Date().toISOString()) return [];
    const held: Held[] = [];
    for (const grant of rights.grantsOf(subject)) {
      const role = rights.roles.get(grant.role);
      if (role) held.push({ grant, role });
    }
    return held;
  }

  private scopesOf(visitor: Visitor, held: readonly Held[]): Scope[] {
    return held.map(({ grant, role }) => this.reach(visitor, grant, role));
  }

  private reach({ subject }: Visitor, grant: Grant, { records }: RoleDefinition): Scope {
    return this.memory.rights.reach(subject, grant, records);
  }
}

function ruleless(allow: readonly string[] | undefined): string | undefined {
  return allow === undefined ? 'It has no rule that says who may, so nobody may: give it `allow` in its code (a view also `personal` and `record`).' : undefined;
}

/**
 * The decision on records of these scopes alone. Only the state tells which record an aggregate belongs to, so this is
 * looked at when the command is decided. A record out of scope is answered like one that does not exist.
 */
function within(scopes: readonly Records[], decision: Decision, command: object): Decision {
  const inScope = (record: string) => scopes.some((scope) => scope.has(record));
  const { aggregate, idField } = decision;
  const isOwnInScope = (state: unknown) => {
    const own = idField === 'customerId' ? recordsIn({ customerId: (command as { customerId?: unknown }).customerId }) : recordsIn(state);
    return own.length > 0 && own.every(inScope);
  };
  const refuseAsUnknown: (...asked: [given: object, moment: DecisionMoment, known: unknown]) => void = (given, moment, known) => {
    try {
      decision.decide(given, aggregate.initial, moment, known);
    } catch (error) {
      if (error instanceof Rejection && error.kind === 'not-found') throw error;
    }
  };
  return {
    ...decision,
    decide: (given, state, moment, known) => {
      const isNew = state === aggregate.initial;
      const touched = [...recordsIn(state), ...(isNew && idField === 'customerId' ? [] : recordsIn(command))];
      if (touched.every(inScope)) return decision.decide(given, state, moment, known);
      if (!isOwnInScope(state)) refuseAsUnknown(given, moment, known);
      const asked = recordsIn(command).find((record) => !inScope(record));
      const missing = asked !== undefined ? `customer ${asked}` : `${aggregate.name} ${String((command as Record<string, unknown>)[idField])}`;
      throw notFound('record-not-found', `There is no ${missing}.`);
    },
  };
}
