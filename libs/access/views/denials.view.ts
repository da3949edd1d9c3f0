import { view } from '#event-sourcing';
import { AccessDenied } from '../domain/sighting.js';

export type DenialRow = Omit<AccessDenied, 'sightingId'>;

export const denials = view<DenialRow>('denials', {
  version: 1, summary: 'What was refused to somebody who was known and whose roles do not allow it.', allow: [], personal: [], record: null, indexes: [{ actor: 1, lastAt: -1 }, { lastAt: -1 }],
})
  .on(AccessDenied, ({ id }) => id, (_, { data: { sightingId: __, ...denial } }) => denial);
