import type { Decision } from '../../modelling/command.js';
import { InvalidQuery } from '../../ports/document-store.js';
import { BEGINNING, NO_REVISION, type RecordedEvent } from '../../ports/event-store.js';
import type { Aggregates } from '../../writing/aggregates.js';
import { asStored } from '../../writing/as-stored.js';
import { eventIdFrom, commandIdFrom } from '../../writing/command-context.js';
import { occurredAtOf, validateCommand } from '../../writing/validation.js';

/** What would be by other policies than those that are published. */
export interface PolicyQuestion {
  /** Commands that would publish them, in their order. */
  policies: readonly object[];
  /** What becomes of the published versions: with `replaced` those given are all there ever were; with `kept` they come after them, as if published now. */
  published: 'replaced' | 'kept';
}

/** Events that stand, for one answer, in the place of recorded ones. They are appended nowhere. */
export interface Supposition {
  /** Streams whose recorded events do not count. */
  without: ReadonlySet<string>;
  /** Before all that was recorded… */
  first: readonly RecordedEvent[];
  /** …and after it. */
  last: readonly RecordedEvent[];
  /** Names of the types of events of which there may be others. */
  types: ReadonlySet<string>;
}

interface Supposed {
  aggregate: Decision['aggregate'];
  state: unknown;
  revision: number;
}

const ACTOR = 'what-if';

/**
 * What the policies of the question would put in the place of what is recorded.
 * @throws InvalidQuery there are none, or a command publishes no policy. @throws InvalidCommand @throws Rejection the rules forbid one.
 */
export async function supposition({ policies, published }: PolicyQuestion, decisionOf: (command: object) => Decision, aggregates: Pick<Aggregates, 'state'>, now: Date): Promise<Supposition> {
  if (policies.length === 0) throw new InvalidQuery('Give the policies to ask with: at least one command that publishes one.');
  const streams = new Map<string, Supposed>();
  const events: RecordedEvent[] = [];
  for (const command of policies) {
    const decision = decisionOf(command);
    if (!decision.aggregate.published) throw new InvalidQuery(`${decision.command.name} publishes no policy; what would be is told of policies alone.`);
    validateCommand(command);
    const id = (command as Record<string, unknown>)[decision.idField] as string;
    const stream = decision.aggregate.streamOf(id);
    let known = streams.get(stream);
    if (!known) {
      const { state, revision } = await aggregates.state(decision.aggregate, id);
      streams.set(stream, (known = { aggregate: decision.aggregate, state: published === 'kept' ? state : decision.aggregate.initial, revision }));
    }
    const facts = await decision.knowing?.(command, async (aggregate, other) => (await aggregates.state(aggregate, other)).state);
    for (const event of decided(decision, command, known, { stream, now, facts })) {
      known.state = known.aggregate.evolve(known.state, event);
      known.revision = event.revision;
      events.push(event);
    }
  }
  const types = new Set([...streams.values()].flatMap(({ aggregate }) => aggregate.eventTypes().map(({ name }) => name)));
  return published === 'kept' ? { without: new Set(), first: [], last: events, types } : { without: new Set(streams.keys()), first: events, last: [], types };
}

function decided(decision: Decision, command: object, { state, revision }: Supposed, { stream, now, facts }: { stream: string; now: Date; facts: unknown }): RecordedEvent[] {
  const commandId = commandIdFrom(`${ACTOR}/${stream}/${revision + 1}`);
  const occurredAt = occurredAtOf(command, now);
  const made = [decision.decide(command, state, { now: now.toISOString(), occurredAt, actor: ACTOR }, facts)].flat();
  return made.map(({ type, data }, index) => ({
    id: eventIdFrom(commandId, stream, index), type: type.name, schemaVersion: type.version, stream,
    // After those that are recorded, of which any may have been withdrawn.
    revision: Math.max(revision, NO_REVISION) + 1 + index, position: BEGINNING,
    occurredAt, recordedAt: now.toISOString(), data: asStored(data),
    metadata: { commandId, correlationId: commandId, actor: ACTOR, source: ACTOR, command: decision.command.name },
  }));
}
