import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What routes need that are neither a command nor a question to a view. */
export const AREAS = ['history', 'log', 'audit', 'status', 'operations', 'access', 'privacy'] as const;
export type Area = (typeof AREAS)[number];

/**
 * Which records a role reads and changes: those that the holder owns; besides those of the holder's team; of the
 * territory or branch that the role was granted for; those that were shared with the holder; or all.
 */
export const SCOPES = ['own', 'team', 'territory', 'branch', 'shared', 'all'] as const;
export type Scope = (typeof SCOPES)[number];

/** Every command, every view. */
export const EVERY = '*';

/** What holders of a role may do. */
export interface RoleDefinition {
  summary?: string;
  /** Names that commands and views `allow` in their code: whatever allows one of them allows this role. */
  basedOn: readonly string[];
  /** Names of more commands; `*`: every command. */
  commands: readonly string[];
  /** Names of more views; `*`: every view. */
  views: readonly string[];
  areas: readonly Area[];
  /** Whether personal fields are shown. */
  personal: boolean;
  records: Scope;
}

/** Also says that an existing role is now defined otherwise: what it was before stays in the history. */
@DomainEvent()
export class RoleDefined {
  roleId!: string;
  @Plain() definition!: RoleDefinition;
}

export const Role = aggregate<'role', RoleDefinition | null>('role', null)
  .on(RoleDefined, (_, { definition }) => definition);
