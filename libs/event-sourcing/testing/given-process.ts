import { isDeepStrictEqual } from 'node:util';
import { DateTime, type DurationLikeObject } from 'luxon';
import type { Class, NewEvent } from '../modelling/domain-event.js';
import type { Process } from '../modelling/process.js';
import type { RecordedEvent } from '../ports/event-store.js';
import { CommandDispatched, DeadlineReached, ProcessReacted } from '../processes/events.js';
import { aggregateOf, type InstanceState } from '../processes/instance.js';
import { reactionOf, type Cause } from '../processes/reacting.js';
import { NOON, recorded } from './recorded.js';

interface Known {
  now: string;
  position: number;
  instances: ReadonlyMap<string, { state: InstanceState; revision: number }>;
  /** What the last step brought. */
  made: readonly NewEvent[];
  /** What it finds in views. */
  found?: unknown;
}

/** A process, the time, and what has happened so far. Each step gives another; nothing is changed. */
export class GivenProcess<State> {
  constructor(
    private readonly process: Process<State>,
    private readonly known: Known = { now: NOON, position: 0, instances: new Map(), made: [] },
  ) {}

  /** It is this moment now. Deadlines that are due by then are reached on the way. */
  at(moment: string): GivenProcess<State> {
    const now = new Date(moment).toISOString();
    return this.known.position === 0 ? this.with({ now }) : this.until(now);
  }

  /** From now on this is what its reactions find in views. */
  finding(found: unknown): GivenProcess<State> {
    return this.with({ found });
  }

  /** So much time passes: `3 days`, or `{ days: 3 }`. Deadlines are reached at their moments, the earliest first. */
  passes(time: string | DurationLikeObject): GivenProcess<State> {
    const span = typeof time === 'string' ? spanOf(time) : time;
    return this.until(DateTime.fromISO(this.known.now, { zone: 'utc' }).plus(span).toISO()!);
  }

  /** These happen, one after the other, now; each has the moment as its business time unless it says another. */
  events(...happened: readonly (NewEvent | RecordedEvent)[]): GivenProcess<State> {
    return happened.reduce<GivenProcess<State>>((given, each) => given.happens(each), this.forgotten());
  }

  /** The same: what it leads to is looked at next. */
  when(...happened: readonly (NewEvent | RecordedEvent)[]): GivenProcess<State> {
    return this.events(...happened);
  }

  /** The last command of this class that was sent is refused. @throws Error none was sent. */
  whenRejected(command: Class, code: string, message = code): GivenProcess<State> {
    const sent = this.commands().filter((each) => each.command === command.name).at(-1);
    if (!sent) throw new Error(`No ${command.name} was sent that could be refused; sent were: ${this.commands().map((each) => each.command).join(', ') || 'none'}.`);
    const { commandId, fields, instanceId } = sent;
    return this.forgotten().react(instanceId, { kind: 'rejection', commandId, command: command.name, fields, refusals: 1, code, message });
  }

  /** Exactly these commands were sent in the last step, in this order. @throws Error others were. */
  thenCommands(...expected: readonly (readonly [Class, object])[]): this {
    const shown = this.commands().map(({ command, fields }) => [command, fields]);
    return this.expect('commands', shown, expected.map(([type, fields]) => [type.name, asJson(fields)]));
  }

  /** The deadline is set to this moment now. @throws Error it is not. */
  thenDeadline(deadline: string, at: string): this {
    return this.expect(`deadline ${deadline}`, this.deadlines()[deadline], new Date(at).toISOString());
  }

  /** No such deadline is set; without a name, none. @throws Error */
  thenNoDeadline(deadline?: string): this {
    return deadline === undefined ? this.expect('deadlines', this.deadlines(), {}) : this.expect(`deadline ${deadline}`, this.deadlines()[deadline], undefined);
  }

  /** What the instance knows now. @param instance where there are several. @throws Error it knows something else. */
  thenState(expected: State, instance?: string): this {
    return this.expect('state', this.instance(instance)?.state ?? this.process.initial, asJson(expected));
  }

  /** Nothing came of the last step. @throws Error something did. */
  thenNothing(): this {
    return this.expect('reaction', this.known.made.map(({ type, data }) => [type.name, data]), []);
  }

  /** The instance is done, and waits for nothing. @throws Error it is not. */
  thenEnded(instance?: string): this {
    return this.expect('status', this.instance(instance)?.status, 'ended');
  }

  private until(moment: string): GivenProcess<State> {
    if (moment < this.known.now) throw new Error(`It is ${this.known.now}; time does not run back to ${moment}.`);
    let given = this.forgotten();
    for (let next = given.nextDue(moment); next; next = given.nextDue(moment)) {
      const now = next.at > given.known.now ? next.at : given.known.now;
      given = given.with({ now }).react(next.instanceId, { kind: 'deadline', deadline: next.deadline, at: next.at, set: next.set });
    }
    return given.with({ now: moment });
  }

  private nextDue(until: string): { instanceId: string; deadline: string; at: string; set: number } | undefined {
    const all = [...this.known.instances].flatMap(([instanceId, { state }]) => Object.entries(state.deadlines).map(([deadline, { at, set }]) => ({ instanceId, deadline, at, set })));
    return all.filter(({ at }) => at <= until).sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))[0];
  }

  private happens(happened: NewEvent | RecordedEvent): GivenProcess<State> {
    const position = this.known.position + 1;
    const occurred = 'position' in happened ? { ...happened, position } : recorded(happened, { position, occurredAt: this.known.now });
    return this.process.instancesOf(occurred).reduce<GivenProcess<State>>((given, instanceId) => given.react(instanceId, { kind: 'event', event: occurred, found: this.known.found }), this.with({ position }));
  }

  private react(instanceId: string, cause: Cause): GivenProcess<State> {
    const aggregate = aggregateOf(this.process);
    const before = this.known.instances.get(instanceId) ?? { state: aggregate.initial, revision: -1 };
    const made = reactionOf(this.process, before.state, cause, { instanceId, now: this.known.now, considered: this.known.position });
    const after = made.reduce(({ state, revision }, { type, data }) => {
      const next = { type: type.name, data: asJson(data) as object, occurredAt: this.known.now, revision: revision + 1 };
      return { state: aggregate.evolve(state, next), revision: revision + 1 };
    }, before);
    return this.with({ instances: new Map(this.known.instances).set(instanceId, after), made: [...this.known.made, ...made] });
  }

  private commands(): CommandDispatched[] {
    return this.known.made.filter(({ type }) => type.class === CommandDispatched).map(({ data }) => asJson(data) as CommandDispatched);
  }

  private deadlines(): Record<string, string> {
    return Object.fromEntries([...this.known.instances.values()].flatMap(({ state }) => Object.entries(state.deadlines).map(([name, { at }]) => [name, at])));
  }

  private instance(id?: string): InstanceState | undefined {
    const all = [...this.known.instances.entries()].filter(([instance]) => id === undefined || instance === id);
    if (id === undefined && all.length > 1) throw new Error(`There are several instances, ${all.map(([instance]) => instance).join(', ')}; name one.`);
    return all[0]?.[1].state;
  }

  private expect(what: string, actual: unknown, expected: unknown): this {
    if (isDeepStrictEqual(asJson(actual), asJson(expected))) return this;
    throw new Error(`Expected ${what} of ${this.process.name} at ${this.known.now} to be ${JSON.stringify(expected, null, 2)}\nbut found ${JSON.stringify(actual, null, 2)}; the last step brought ${this.summary()}`);
  }

  private summary(): string {
    const kinds = this.known.made.filter(({ type }) => type.class !== ProcessReacted || this.known.made.length === 1).map(({ type, data }) => (type.class === DeadlineReached ? `${type.name} ${(data as DeadlineReached).deadline}` : type.name));
    return kinds.join(', ') || 'nothing';
  }

  private forgotten(): GivenProcess<State> {
    return this.with({ made: [] });
  }

  private with(change: Partial<Known>): GivenProcess<State> {
    return new GivenProcess(this.process, { ...this.known, ...change });
  }
}

/** `3 days` as a duration. @throws Error it is no such text. */
function spanOf(text: string): DurationLikeObject {
  const [, count, unit] = /^(\d+) (second|minute|hour|day|week|month|year)s?$/.exec(text) ?? [];
  if (unit === undefined) throw new Error(`"${text}" is no length of time; say how many of what, such as "3 days" or "90 minutes".`);
  return { [`${unit}s`]: Number(count) };
}

const asJson = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
