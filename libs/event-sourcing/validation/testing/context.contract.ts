import { describe, expect, it } from '@jest/globals';
import { eventTypeOf, type Class, type Context } from '#event-sourcing';
import { faultsIn } from './faults-in.js';

/** What no aggregate may be called. */
const BAD_IDS = [undefined, null, '', 'a b', 'x'.repeat(101), 7, {}, ['a'], 'a/../b', 'a\n', '{"$ne":1}'];

export interface Sendable {
  /** What a caller may send; the id of the aggregate is added. */
  good: readonly (readonly [command: string, body: object])[];
  /** What is refused, and for which field. */
  bad: readonly (readonly [command: string, field: string, body: object])[];
}

/** What every context keeps to, and what its commands let in. Call it in a test file: `contextContract(customers, { good, bad })`. */
export function contextContract(context: Context, { good, bad }: Sendable): void {
  const commands = new Map<string, { command: Class; idField: string }>(context.decisions.map((decision) => [decision.command.name, decision]));

  function faultsOf(command: string, body: object): string[] {
    const { command: type, idField } = commands.get(command)!;
    return faultsIn(type, { [idField]: 'id-1', ...body });
  }

  describe(`the context of ${context.name}`, () => {
    it('folds each of its events in one of its aggregates', () => {
      const folded = context.aggregates.flatMap((aggregate) => aggregate.eventTypes().map(({ name }) => name));
      expect(folded.sort()).toEqual(context.events.map((type) => eventTypeOf(type).name).sort());
    });

    it('has a summary for each command and view', () =>
      expect([...context.decisions, ...context.views].filter(({ options }) => !options.summary)).toEqual([]));

    it.each(good)('accepts %s %j', (command, body) => expect(faultsOf(command, body)).toEqual([]));

    it.each(bad)('refuses %s for its %s: %j', (command, field, body) => expect(faultsOf(command, body)).toContain(field));

    it.each([...commands.keys()])('refuses %s without a good id, and with a field it does not have', (command) => {
      const { idField } = commands.get(command)!;
      for (const id of BAD_IDS) expect(faultsOf(command, { [idField]: id })).toContain(idField);
      expect(faultsOf(command, { admin: true })).toContain('admin');
      expect(faultsOf(command, { occurredAt: 'yesterday' })).toContain('occurredAt');
    });
  });
}
