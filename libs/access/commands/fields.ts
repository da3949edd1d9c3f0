import { ArrayMaxSize, IsArray, IsOptional, Matches } from 'class-validator';
import { IsOccurredAt } from '#event-sourcing/validation';

const MAX_LIST = 500;
/** Subjects of tokens have many forms: `auth0|5f7c`, `li.wei@example.com`. */
const SUBJECT = /^[\x21-\x7e]{1,200}$/;
const NAME = /^[a-z][a-z0-9-]{0,49}$/;
const PLACE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

export const IsUserId = (): PropertyDecorator => Matches(SUBJECT, { message: '$property must be the subject of a user: 1 to 200 printable characters without spaces' });
export const IsRoleName = (options: { each?: boolean } = {}): PropertyDecorator => Matches(NAME, { ...options, message: '$property must be lower case letters, digits and dashes, such as sales' });
export const IsPlaceName = (): PropertyDecorator => Matches(PLACE, { message: '$property must be 1 to 100 letters, digits, dots, underscores, colons or dashes' });
/** Names of commands or views, or `*` for every one. */
export const AreNames = (): PropertyDecorator => all(IsArray(), ArrayMaxSize(MAX_LIST), Matches(/^(\*|[A-Za-z][A-Za-z0-9_]{0,99})$/, { each: true, message: 'each of $property must be a name, or * for every one' }));

/** Where a role is held. */
export abstract class PlaceFields {
  @IsOptional() @IsPlaceName() team?: string;
  @IsOptional() @IsPlaceName() territory?: string;
  @IsOptional() @IsPlaceName() branch?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

function all(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => decorators.forEach((decorate) => decorate(target, property));
}
