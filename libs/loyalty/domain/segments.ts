import type { CustomerKind, PartyRole } from '#customers';
import { inForce, type LifecycleRules, type PolicyVersion, type SegmentCondition, type StageRules } from './policies.js';

/** Something that a segment may ask for changed with a customer. */
export interface TraitChange {
  at: string;
  keyAccount?: boolean;
  location?: { country: string; region?: string };
  granted?: PartyRole;
  revoked?: PartyRole;
}

interface Traits {
  kind?: CustomerKind;
  keyAccount: boolean;
  location?: { country: string; region?: string };
  roles: readonly PartyRole[];
}

/** Before any fact. */
const BEGINNING = '0001-01-01T00:00:00.000Z';

/** Changes in the order in which they happened. */
export const withTrait = (known: readonly TraitChange[] | undefined, change: TraitChange): TraitChange[] =>
  [...(known ?? []), change].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));

/**
 * The rules for one customer: at each moment those of the policy then in force, and of it those of the first segment that the customer was in then,
 * or of its kind, or those for everybody.
 * @param versions as `inForceOrder` gives them
 */
export function rulesFor(kind: CustomerKind | undefined, changes: readonly TraitChange[], versions: readonly PolicyVersion<LifecycleRules>[]): PolicyVersion<StageRules>[] {
  if (versions.length === 0) return [];
  const moments = [...new Set([BEGINNING, ...versions.map(({ effectiveFrom }) => effectiveFrom), ...changes.map(({ at }) => at)])].sort();
  return moments.map((effectiveFrom) => {
    const { version, rules } = inForce(versions, effectiveFrom)!;
    const traits = traitsAt(kind, changes, effectiveFrom);
    const segment = rules.segments?.find(({ where }) => isIn(traits, where));
    return { version, effectiveFrom, rules: segment?.rules ?? (kind && rules.variants?.[kind]) ?? rules };
  });
}

function traitsAt(kind: CustomerKind | undefined, changes: readonly TraitChange[], moment: string): Traits {
  const traits: Traits = { ...(kind && { kind }), keyAccount: false, roles: [] };
  for (const { at, keyAccount, location, granted, revoked } of changes) {
    if (at > moment) break;
    if (keyAccount !== undefined) traits.keyAccount = keyAccount;
    if (location) traits.location = location;
    traits.roles = [...traits.roles.filter((role) => role !== granted && role !== revoked), ...(granted ? [granted] : [])];
  }
  return traits;
}

function isIn({ kind, keyAccount, location, roles }: Traits, where: SegmentCondition): boolean {
  return [
    where.kind === undefined || where.kind === kind,
    where.keyAccount === undefined || where.keyAccount === keyAccount,
    where.role === undefined || roles.includes(where.role),
    where.countries === undefined || (location !== undefined && where.countries.includes(location.country)),
    where.regions === undefined || (location?.region !== undefined && where.regions.includes(location.region)),
  ].every(Boolean);
}
