import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What the code of a view or of an analysis says of who may read what of it. */
export interface ViewRule {
  allow: readonly string[];
  personal: readonly string[];
  record: string | null;
}

/** What the code of a program says of who may do what. What has no rule is left out: nobody may. */
export interface AccessRules {
  /** By the name of the command: roles that may send it. */
  commands: Readonly<Record<string, readonly string[]>>;
  views: Readonly<Record<string, ViewRule>>;
  /** Missing in what was recorded before analyses had rules of their own here. */
  analyses?: Readonly<Record<string, ViewRule>>;
}

/** A program began to run whose code has other rules than the one before it. */
@DomainEvent()
export class AccessRulesDeployed implements AccessRules {
  rulesId!: string;
  @Plain() commands!: Readonly<Record<string, readonly string[]>>;
  @Plain() views!: Readonly<Record<string, ViewRule>>;
  @Plain() analyses?: Readonly<Record<string, ViewRule>>;
}

export const RULES_ID = 'deployed';

export const Rules = aggregate<'accessrules', AccessRules | null>('accessrules', null)
  .on(AccessRulesDeployed, (_, { commands, views, analyses }) => ({ commands, views, ...(analyses && { analyses }) }));
