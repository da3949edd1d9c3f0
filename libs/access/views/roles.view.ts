import { view } from '#event-sourcing';
import { RoleDefined, type RoleDefinition } from '../domain/role.js';

export interface RoleRow extends RoleDefinition {
  since: string;
  definedBy: string;
}

export const roles = view<RoleRow>('roles', { version: 1, summary: 'What holders of each role may do.', allow: [], personal: [], record: null })
  .key(({ data }) => data['roleId'])
  .on(RoleDefined, (_, { data: { definition }, recordedAt, metadata }) => ({ ...definition, since: recordedAt, definedBy: metadata.actor }));
