import { CustomerAssigned, CustomerShared, CustomersMerged, CustomersUnmerged, CustomerUnshared, survivorsAfter, type Assignment } from '#customers';
import { TerritoryAssignedToRep } from '#sales';
import { eventTypeOf, type Class, type RecordedEvent, type Records } from '#event-sourcing';
import { KeyIssued, KeyRevoked, type KeyState } from './access-key.js';
import { MergedRecords } from './merged-records.js';
import { RoleDefined, type RoleDefinition, type Scope } from './role.js';
import { granted, noRoles, revoked, RoleGranted, RoleRevoked, RolesClaimed, rolesOf, type Grant, type UserState } from './user.js';

type Key = NonNullable<KeyState>;

type Merge = Parameters<typeof survivorsAfter>[0][number];

const TYPES: readonly Class[] = [RoleDefined, RoleGranted, RoleRevoked, RolesClaimed, KeyIssued, KeyRevoked, CustomerAssigned, CustomerShared, CustomerUnshared, CustomersMerged, CustomersUnmerged, TerritoryAssignedToRep];

const NOBODY: ReadonlySet<string> = new Set();

/** How an identity is called in events: people, machines. */
export const userSubject = (userId: string): string => `user:${userId}`;
export const keySubject = (keyId: string): string => `key:${keyId}`;

/** Who may do what after the events that were applied, held in memory. Times are those of recording: a right begins when it is known. */
export class Rights {
  readonly roles = new Map<string, RoleDefinition>();
  readonly users = new Map<string, UserState>();
  readonly keys = new Map<string, Key>();
  private readonly assignments = new Map<string, Assignment>();
  /** Ids of customers by what connects somebody with them, such as `territory:south`. */
  private readonly customers = new Map<string, Set<string>>();
  /** Territories by who has them, as events name actors. */
  private readonly territories = new Map<string, ReadonlySet<string>>();
  private readonly unions = new Map<string, ReadonlySet<string>>();
  private readonly merges: Merge[] = [];
  /** In whom each merged customer is found. */
  private survivors: ReadonlyMap<string, string> = new Map();

  /** Names of the events that matter. */
  static readonly types: readonly string[] = TYPES.map((type) => eventTypeOf(type).name);

  apply({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): void {
    this.unions.clear();
    APPLY[type]?.(this, data as never, type);
  }

  /** The roles of a subject at a moment; without one, of keys that may have expired too. */
  grantsOf(subject: string, at?: string): readonly Grant[] {
    if (subject.startsWith('user:')) return rolesOf(this.users.get(subject.slice('user:'.length)) ?? noRoles);
    const key = subject.startsWith('key:') ? this.keys.get(subject.slice('key:'.length)) : undefined;
    return key && !key.revoked && (at === undefined || key.expiresAt === undefined || key.expiresAt > at) ? key.grants : [];
  }

  /** Everybody who has a role or a key. */
  subjects(): string[] {
    return [...[...this.users.keys()].map(userSubject), ...[...this.keys.keys()].map(keySubject)];
  }

  /** The customers that a role reaches for a subject that holds it: of merged ones, those whose survivor it reaches. */
  reach(subject: string, grant: Grant, scope: Scope): 'all' | Records {
    if (scope === 'all') return 'all';
    const records = this.assigned(subject, grant, scope);
    return this.survivors.size === 0 ? records : new MergedRecords(records, this.survivors);
  }

  /** What is assigned or shared, as if nobody were merged. */
  private assigned(subject: string, grant: Grant, scope: Exclude<Scope, 'all'>): ReadonlySet<string> {
    if (scope === 'own' || scope === 'shared') return this.connected(scope === 'own' ? `owner:${subject}` : `shared:${subject}`);
    const places = new Set([...(grant[scope] === undefined ? [] : [grant[scope]]), ...(scope === 'territory' ? (this.territories.get(subject) ?? NOBODY) : NOBODY)]);
    return this.union([`owner:${subject}`, ...[...places].map((place) => `${scope}:${place}`)]);
  }

  private connected(name: string): ReadonlySet<string> {
    return this.customers.get(name) ?? NOBODY;
  }

  private union(names: readonly string[]): ReadonlySet<string> {
    const key = JSON.stringify(names);
    let union = this.unions.get(key);
    if (!union) this.unions.set(key, (union = new Set(names.flatMap((name) => [...this.connected(name)]))));
    return union;
  }

  assign({ customerId, assignment }: CustomerAssigned): void {
    for (const name of connectionsOf(this.assignments.get(customerId))) this.disconnect(name, customerId);
    this.assignments.set(customerId, assignment);
    for (const name of connectionsOf(assignment)) this.connect(name, customerId);
  }

  share({ customerId, sharedWith }: CustomerShared): void {
    this.connect(`shared:${sharedWith}`, customerId);
  }

  unshare({ customerId, sharedWith }: CustomerUnshared): void {
    this.disconnect(`shared:${sharedWith}`, customerId);
  }

  /** A representative has the id of their user. */
  assignTerritory({ territoryId, representativeId, formerRepresentativeId: former }: TerritoryAssignedToRep): void {
    if (former !== undefined) this.territories.set(userSubject(former), new Set([...this.territoriesOf(former)].filter((each) => each !== territoryId)));
    this.territories.set(userSubject(representativeId), new Set([...this.territoriesOf(representativeId), territoryId]));
  }

  private territoriesOf(representativeId: string): ReadonlySet<string> {
    return this.territories.get(userSubject(representativeId)) ?? NOBODY;
  }

  merge(type: string, data: CustomersMerged | CustomersUnmerged): void {
    this.merges.push({ type, data: data as CustomersMerged });
    this.survivors = survivorsAfter(this.merges);
  }

  private connect(name: string, customerId: string): void {
    const connected = this.customers.get(name);
    if (connected) connected.add(customerId);
    else this.customers.set(name, new Set([customerId]));
  }

  private disconnect(name: string, customerId: string): void {
    const connected = this.customers.get(name);
    connected?.delete(customerId);
    if (connected?.size === 0) this.customers.delete(name);
  }
}

function connectionsOf({ owner, team, territory, branch }: Assignment = {}): string[] {
  return Object.entries({ owner, team, territory, branch }).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}:${value}`);
}

const userIn = ({ users }: Rights, userId: string): UserState => users.get(userId) ?? noRoles;

const APPLY: Readonly<Record<string, (rights: Rights, data: never, type: string) => void>> = {
  RoleDefined: ({ roles }, { roleId, definition }: RoleDefined) => void roles.set(roleId, definition),
  RoleGranted: (rights, event: RoleGranted) => void rights.users.set(event.userId, granted(userIn(rights, event.userId), event)),
  RoleRevoked: (rights, event: RoleRevoked) => void rights.users.set(event.userId, revoked(userIn(rights, event.userId), event)),
  RolesClaimed: (rights, { userId, roles }: RolesClaimed) => void rights.users.set(userId, { ...userIn(rights, userId), claimed: roles }),
  KeyIssued: ({ keys }, { accesskeyId, ...key }: KeyIssued) => void keys.set(accesskeyId, { ...key, revoked: false }),
  KeyRevoked: ({ keys }, { accesskeyId }: KeyRevoked) => {
    const key = keys.get(accesskeyId);
    if (key) keys.set(accesskeyId, { ...key, revoked: true });
  },
  CustomerAssigned: (rights, event: CustomerAssigned) => rights.assign(event),
  CustomerShared: (rights, event: CustomerShared) => rights.share(event),
  CustomerUnshared: (rights, event: CustomerUnshared) => rights.unshare(event),
  TerritoryAssignedToRep: (rights, event: TerritoryAssignedToRep) => rights.assignTerritory(event),
  CustomersMerged: (rights, event: CustomersMerged, type) => rights.merge(type, event),
  CustomersUnmerged: (rights, event: CustomersUnmerged, type) => rights.merge(type, event),
};
