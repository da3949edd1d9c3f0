import { aggregate, DomainEvent, notFound, onKnown, Plain } from '#event-sourcing';

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

export interface KnownRepresentative {
  name: string;
  post: Post;
}

/** Null: nobody was registered under this id. */
export type RepresentativeState = KnownRepresentative | null;

export const Representative = aggregate<'representative', RepresentativeState>('representative', null)
  .on(RepresentativeRegistered, (_, { name, post }) => ({ name, post }))
  .on(RepresentativePosted, onKnown<KnownRepresentative>()((_, { post }) => ({ post })));

/** @throws Rejection `representative-not-found` */
export function registered(state: RepresentativeState, representativeId: string): KnownRepresentative {
  if (!state) throw notFound('representative-not-found', `There is no representative ${representativeId}; register them first, or correct the id.`);
  return state;
}
