import { DomainEvent, Personal } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

export const BRANCH_TYPES = ['branch', 'office', 'subsidiary', 'department'] as const;
export type BranchType = (typeof BRANCH_TYPES)[number];

@DomainEvent()
export class ParentCustomerAssigned {
  customerId!: string;
  parentId!: string;
}

@DomainEvent()
export class ParentCustomerRemoved {
  customerId!: string;
  /** The parent that it had. */
  parentId!: string;
  @Personal() reason?: string;
}

@DomainEvent()
export class CustomerReparented {
  customerId!: string;
  formerParentId!: string;
  parentId!: string;
  @Personal() reason?: string;
}

/** A branch is a customer of its own: it was registered and given its parent in the same moment. */
@DomainEvent()
export class BranchOpened {
  /** The branch. */
  customerId!: string;
  parentId!: string;
  branchType!: BranchType;
}

/** One customer's place in the hierarchy. */
export interface Place {
  customerId: string;
  parentId?: string;
}

export interface Subtree {
  /** The customer and all below it, parents before their children, each once. */
  customerIds: string[];
  /**
   * The ring that the customer is in: customers that are one another's parents. A decision refuses to close one, but what
   * it knows of other customers may be moments old, so that two commands at once can. Without a top there is no true sum:
   * show it to the reader and reparent one of them.
   */
  cycle?: string[];
}

/** The customer and all below it; figures of a group are sums over `customerIds`. Ends on a ring, and names it. */
export function subtreeOf(customerId: string, places: Iterable<Place>): Subtree {
  const all = [...places];
  const parents = new Map(all.map((place) => [place.customerId, place.parentId]));
  const cycle = climb(customerId, parents, new Set());
  return { customerIds: below(customerId, childrenAmong(all)), ...(cycle?.includes(customerId) && { cycle }) };
}

/** Whose children are whose. */
export function childrenAmong(places: Iterable<Place>): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>();
  for (const { customerId, parentId } of places) {
    if (parentId === undefined) continue;
    const siblings = children.get(parentId);
    if (siblings) siblings.push(customerId);
    else children.set(parentId, [customerId]);
  }
  return children;
}

/** The customer and all below it, parents before their children, each once. Ends on a ring. */
export function below(customerId: string, children: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set([customerId]);
  for (const id of found) children.get(id)?.forEach((child) => found.add(child));
  return [...found];
}

/** Every ring among the customers, each once. */
export function cyclesAmong(places: Iterable<Place>): string[][] {
  const parents = new Map([...places].map((place) => [place.customerId, place.parentId]));
  const climbed = new Set<string>();
  return [...parents.keys()].flatMap((customerId) => {
    const cycle = climb(customerId, parents, climbed);
    return cycle ? [cycle] : [];
  });
}

/** From parent to parent up to the top, or to where somebody climbed before; the ring, where the way comes back to itself. */
function climb(start: string, parents: ReadonlyMap<string, string | undefined>, climbed: Set<string>): string[] | undefined {
  const way = new Set<string>();
  for (let id: string | undefined = start; id !== undefined; id = parents.get(id)) {
    if (way.has(id)) return [...way].slice([...way].indexOf(id));
    if (climbed.has(id)) return undefined;
    way.add(id);
    climbed.add(id);
  }
  return undefined;
}
