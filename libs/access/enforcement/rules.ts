import { type Decision, type ViewOptions } from '#event-sourcing';
import { EVERY, type Area, type RoleDefinition } from '../domain/role.js';

/** What is to be known of a view to say who may read it. */
export interface Ruled {
  name: string;
  options: Pick<ViewOptions, 'allow' | 'personal' | 'record'>;
}

// Whether a role allows something. What has no rule in its code is allowed to nobody, whatever a role says.

export function allowsCommand(role: RoleDefinition, { command, options: { allow } }: Pick<Decision, 'command' | 'options'>): boolean {
  return allow !== undefined && allows(role, role.commands, command.name, allow);
}

export function allowsView(role: RoleDefinition, { name, options: { allow, personal, record } }: Ruled): boolean {
  return allow !== undefined && personal !== undefined && record !== undefined && allows(role, role.views, name, allow);
}

export const allowsArea = ({ areas }: RoleDefinition, area: Area): boolean => areas.includes(area);

function allows({ basedOn }: RoleDefinition, named: readonly string[], name: string, allow: readonly string[]): boolean {
  return named.includes(EVERY) || named.includes(name) || allow.some((each) => basedOn.includes(each));
}
