import { groupsOf, standardisationOf, standardised } from '#learning';
import { type CustomerFeatures, type Feature } from './features.js';

export const GROUPED_BY = ['recencyDays', 'purchaseDays', 'meanIntervalDays', 'spend', 'meanAmount'] as const satisfies readonly Feature[];

/** Already logarithms. */
const AS_THEY_ARE: readonly Feature[] = ['spend', 'meanAmount'];

export interface BehaviourGroup {
  /** From 1: the group that spends most. */
  group: number;
  customers: number;
  /** Means of its customers. */
  means: Record<string, number>;
}

export interface FoundGroups {
  rows: { customerId: string; group: number; distance: number }[];
  groups: BehaviourGroup[];
  converged: boolean;
}

export function behaviourGroups(customers: readonly CustomerFeatures[], wanted: number, seed: number): FoundGroups | { because: string } {
  const raw = customers.map(({ values }) => GROUPED_BY.map((feature) => (AS_THEY_ARE.includes(feature) ? values[feature] : Math.log1p(values[feature]))));
  const different = new Set(raw.map((row) => row.join())).size;
  if (different < wanted) return { because: `${customers.length} customers behave in ${different} different ways, which is fewer than the ${wanted} groups` };
  const scale = standardisationOf(raw);
  const { groupOf, distance, converged } = groupsOf(raw.map((row) => standardised(row, scale)), wanted, seed);
  const members = Array.from({ length: wanted }, (_, group) => customers.filter((__, index) => groupOf[index] === group));
  const order = members.map((own, group) => ({ group, own, spend: meanOf(own, 'spend') })).filter(({ own }) => own.length > 0).sort((one, other) => other.spend - one.spend || one.group - other.group);
  const rank = new Map(order.map(({ group }, index) => [group, index + 1]));
  return {
    rows: customers.map(({ customerId }, index) => ({ customerId, group: rank.get(groupOf[index]!)!, distance: distance[index]! })),
    groups: order.map(({ own }, index) => ({ group: index + 1, customers: own.length, means: Object.fromEntries(GROUPED_BY.map((feature) => [feature, meanOf(own, feature)])) })),
    converged,
  };
}

const meanOf = (customers: readonly CustomerFeatures[], feature: Feature): number => (customers.length === 0 ? 0 : customers.reduce((sum, { values }) => sum + values[feature], 0) / customers.length);
