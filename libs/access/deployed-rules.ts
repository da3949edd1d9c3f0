import { randomUUID } from 'node:crypto';
import { eventTypeOf, NO_REVISION, WrongExpectedRevision, type Context, type Engine } from '#event-sourcing';
import { AccessRulesDeployed, Rules, RULES_ID, type AccessRules, type ViewRule } from './domain/access-rules.js';
import { type Ruled } from './enforcement/rules.js';
import { questionsOf } from './history/who-could-see.js';

/** The rules in the code of these contexts. */
export function rulesOf(contexts: readonly Pick<Context, 'decisions' | 'views' | 'analyses'>[]): AccessRules {
  const commands = contexts.flatMap(({ decisions }) => decisions).flatMap(({ command, options: { allow } }) => (allow ? [[command.name, [...allow]] as const] : []));
  const { views, analyses } = questionsOf(contexts);
  return { commands: Object.fromEntries(commands.sort(byName)), views: rulesIn(views), analyses: rulesIn(analyses) };
}

function rulesIn(questions: readonly Ruled[]): Readonly<Record<string, ViewRule>> {
  const rules = questions.flatMap(({ name, options: { allow, personal, record } }) =>
    allow && personal && record !== undefined ? [[name, { allow: [...allow], personal: [...personal], record }] as const] : []);
  return Object.fromEntries(rules.sort(byName));
}

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number => (one < other ? -1 : 1);

/** Records the rules of this program where they are not those that were recorded last: what was allowed on a day is then told by its rules. Repeatable. */
export async function recordRules({ contexts, aggregates, events }: Pick<Engine, 'contexts' | 'aggregates' | 'events'>): Promise<void> {
  const rules = rulesOf(contexts);
  for (;;) {
    const { state, revision } = await aggregates.state(Rules, RULES_ID);
    // Both are in the order of names.
    if (JSON.stringify(state) === JSON.stringify(rules)) return;
    const [id, { name, version }] = [randomUUID(), eventTypeOf(AccessRulesDeployed)];
    const metadata = { commandId: id, correlationId: id, actor: 'system', source: 'start' };
    const event = { id, type: name, schemaVersion: version, occurredAt: new Date().toISOString(), data: { rulesId: RULES_ID, ...rules }, metadata };
    try {
      await events.append(Rules.streamOf(RULES_ID), revision === NO_REVISION ? 'none' : revision, [event]);
      return;
    } catch (error) {
      // Another process starts at the same time; it may have the same rules.
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
  }
}
