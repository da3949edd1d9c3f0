import { type StateReader } from '#event-sourcing';
import { employed, Representative, type RepresentativeState } from '../../team/domain/representative.js';
import { type Seller } from '../domain/events.js';

export const representativeNamed = ({ representativeId }: { representativeId?: string }, stateOf: StateReader): Promise<RepresentativeState> =>
  (representativeId === undefined ? Promise.resolve(null) : stateOf(Representative, representativeId));

/** A representative and their present post. @throws Rejection `representative-not-found`, `representative-left` */
export const sellerOf = (representativeId: string, state: RepresentativeState): Seller => ({ representativeId, ...employed(state, representativeId).post });
