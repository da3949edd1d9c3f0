import { withContext, type Engine } from '#event-sourcing';
import { defaultPolicies } from '#loyalty';
import { defaultDunningPolicy, defaultSalesProcess } from '#sales';

/** Publishes the policies and processes that commands and views depend on, each only where none has been published yet. Repeatable. */
export async function publishDefaultPolicies(engine: Engine): Promise<void> {
  for (const { aggregate, id, command } of [...defaultPolicies(), defaultSalesProcess(), defaultDunningPolicy()]) {
    const { revision } = await engine.aggregates.state(aggregate, id);
    if (revision >= 0) continue;
    const commandId = `default-policy/${aggregate.name}/${id}`;
    await engine.commands.execute(withContext(command, { commandId, actor: 'system', source: 'first-start' }));
  }
}
