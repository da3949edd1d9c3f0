import type { Decision } from './command.js';
import type { ViewOptions } from './view.js';

/** Ids of records, to be looked up and gone through. */
export type Records = Pick<ReadonlySet<string>, 'has' | 'size' | typeof Symbol.iterator>;

/** Rows of some records without some fields: what one right lets somebody read of a view. */
export interface Reach {
  records: 'all' | Records;
  /** Paths of the fields that are not shown, such as `name` or `evaluations.comment`. */
  withheld: readonly string[];
}

/** What has rows, and rules for who may see them: a view, an analysis. */
export interface Guarded {
  readonly name: string;
  readonly options: Pick<ViewOptions, 'allow' | 'personal' | 'record' | 'sensitive'>;
}

/** What somebody was shown of a view: these records, or the answer to a question that any of them may have gone into. */
export type Sight = { records: readonly string[] } | { question: string };

/** Who may do what. The engine asks it before each command and each question to a view, so that no handler can forget to. */
export interface Authority {
  /** The decision to handle the command by. @throws Forbidden @throws Unauthenticated */
  command(decision: Decision, command: object): Decision;
  /** What may be read of the view or analysis; one at least. @throws Forbidden @throws Unauthenticated */
  view(view: Guarded): readonly [Reach, ...Reach[]];
  /** Called after a sensitive view was answered, before the answer leaves. @throws StoreUnavailable it cannot be recorded. */
  saw(view: Guarded, sight: Sight): void;
  /** Records the refusal. @returns what to throw. */
  refusal(code: string, message: string): Forbidden;
}

/** The one who asks is known and may not do this. `code` is for programs. */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Nobody knows who asks. */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';
}
