import { aggregate, DomainEvent, notFound, onKnown, Plain, wrongState } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.
// Who sells for the firm is the firm's own: their names stay.

/** Where in the firm somebody sells. */
export interface Post {
  region?: string;
  /** The representative who leads them. */
  managerId?: string;
}

@DomainEvent()
export class RepresentativeRegistered {
  representativeId!: string;
  @Plain() name!: string;
  @Plain() post!: Post;
}

@DomainEvent()
export class RepresentativePosted {
  representativeId!: string;
  @Plain() former!: Post;
  @Plain() post!: Post;
}

/** They sell for the firm no longer; what is open goes to somebody else. */
@DomainEvent()
export class RepresentativeLeft {
  representativeId!: string;
  successorId!: string;
}

export interface KnownRepresentative {
  name: string;
  post: Post;
  /** Who took over, where they have left. */
  successorId?: string;
}

/** Null: nobody was registered under this id. */
export type RepresentativeState = KnownRepresentative | null;

export const Representative = aggregate<'representative', RepresentativeState>('representative', null)
  .on(RepresentativeRegistered, (_, { name, post }) => ({ name, post }))
  .on(RepresentativePosted, onKnown<KnownRepresentative>()((_, { post }) => ({ post })))
  .on(RepresentativeLeft, onKnown<KnownRepresentative>()((_, { successorId }) => ({ successorId })));

/** @throws Rejection `representative-not-found` */
export function registered(state: RepresentativeState, representativeId: string): KnownRepresentative {
  if (!state) throw notFound('representative-not-found', `There is no representative ${representativeId}; register them first, or correct the id.`);
  return state;
}

/** @throws Rejection `representative-not-found`, `representative-left` */
export function employed(state: RepresentativeState, representativeId: string): KnownRepresentative {
  const known = registered(state, representativeId);
  if (known.successorId !== undefined) throw wrongState('representative-left', `Representative ${representativeId} has left, and ${known.successorId} took over; name somebody else.`);
  return known;
}
