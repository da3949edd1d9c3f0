import { isDeepStrictEqual } from 'node:util';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsOptional } from 'class-validator';
import { Command, decide, event } from '#event-sourcing';
import { factsOf, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { AREAS, Role, RoleDefined, SCOPES, type Area, type Scope } from '../domain/role.js';
import { AreNames, IsRoleName } from './fields.js';

@Command({ summary: 'Says what holders of a role may do; of an existing role, what they may do from now on.', allow: [] })
export class DefineRole {
  @IsRoleName() roleId!: string;
  @IsOptional() @IsText(500) summary?: string;
  /** Names that commands and views allow in their code, such as `sales`. */
  @IsOptional() @IsArray() @ArrayMaxSize(50) @IsRoleName({ each: true }) basedOn?: string[];
  /** More commands. */
  @IsOptional() @AreNames() commands?: string[];
  /** More views. */
  @IsOptional() @AreNames() views?: string[];
  @IsOptional() @IsArray() @IsIn(AREAS, { each: true }) areas?: Area[];
  /** Whether personal fields are shown. Default: no. */
  @IsOptional() @IsBoolean() personal?: boolean;
  @IsIn(SCOPES) records!: Scope;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const defineRole = decide(Role, DefineRole, (command, role) => {
  const { roleId, ...given } = factsOf(command);
  const definition = { basedOn: [], commands: [], views: [], areas: [], personal: false, ...given };
  return isDeepStrictEqual(role, definition) ? [] : event(RoleDefined, { roleId, definition });
});
