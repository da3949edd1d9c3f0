import { Forbidden, type AnyView, type Authority, type Decision, type Reach, type Sight } from '#event-sourcing';
import { type Sightings } from './sightings.js';
import { isAskedBySystem } from './visitor.js';

const EVERYTHING: readonly [Reach] = [{ records: 'all', withheld: [] }];

/** The authority of one who has the stores in hand: nothing is refused, for the files could be read as well; what is read is recorded. */
export class OperatorAuthority implements Authority {
  constructor(
    /** As events name the operator. */
    private readonly subject: string,
    private readonly sightings: Sightings,
  ) {}

  command(decision: Decision): Decision {
    return decision;
  }

  view(): readonly [Reach] {
    return EVERYTHING;
  }

  saw(view: AnyView, sight: Sight): void {
    // It is shown to nobody.
    if (isAskedBySystem()) return;
    if ('records' in sight) this.sightings.saw(this.subject, view.name, sight.records);
    else this.sightings.saw(this.subject, view.name, [], sight.question);
  }

  /** Records that events were shown, of some records or, without any, of whatever is in them. */
  sawHistory(what: string, records: readonly string[]): void {
    this.sightings.saw(this.subject, what, records, records.length === 0 ? what : undefined);
  }

  refusal(code: string, message: string): Forbidden {
    return new Forbidden(code, message);
  }
}
