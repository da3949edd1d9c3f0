import { type CommandBus } from '@nestjs/cqrs';
import { plainToInstance } from 'class-transformer';
import { asSystem } from '#access';
import { withContext, type Engine } from '#event-sourcing';
import { customerSteps } from './customers.js';
import { dataQualitySteps } from './data-quality.js';
import { forecastSteps } from './forecasts.js';
import { interactionSteps } from './interactions.js';
import { purchaseSteps } from './purchases.js';
import { EVIDENCE, salesGroundSteps, salesSteps } from './sales.js';
import { momentIn, type Step } from './step.js';
import { valueSteps } from './value.js';

const SOURCE = 'first-data';
/** Of what the program records of itself. */
const OWN = ['first-start', 'start', 'outbox'];
/** Customers of a year of business, from lead to cash. */
const SOLD_TO = 3;
/** Part of the command ids: another story would need another one. */
const STORY = 'first-data-1';

/** Whether the log holds nothing but what a first start puts there: then a first start is still to be made, or finished. */
export async function wantsFirstData(engine: Engine): Promise<boolean> {
  for await (const { events } of engine.events.readAll()) {
    if (events.some(({ metadata: { source, actor } }) => ![source, actor].includes(SOURCE) && !OWN.includes(source) && !source.startsWith('process:'))) return false;
  }
  return true;
}

/**
 * Sends an invented year with a dozen customers, what is sold to them, and last year's sales to some others. Each command
 * has its own fixed id, so that a second time changes nothing.
 */
export async function createFirstData(bus: CommandBus, engine: Engine, now: Date): Promise<void> {
  const send = (steps: readonly Step[], story: string) => together(steps.map((step, index) => ({ ...step, commandId: `${story}/${index}` })), bus, engine, now);
  await Promise.all([
    send([...customerSteps, ...purchaseSteps, ...interactionSteps(now), ...dataQualitySteps, ...valueSteps(now), ...forecastSteps(now)], STORY),
    send(salesGroundSteps, `${STORY}/sales-ground`),
  ]);
  // Needed once in the life of a log.
  const { simulate } = await import('#simulation');
  await Promise.all([
    send(salesSteps(now, await firstEventOf(engine, EVIDENCE)), `${STORY}/sales`),
    asSystem(() => simulate(engine, { seed: 1, customers: SOLD_TO, year: now.getUTCFullYear() - 1, actor: SOURCE })),
  ]);
}

async function firstEventOf(engine: Engine, stream: string): Promise<string> {
  for await (const [first] of engine.events.readStream(stream, { limit: 1 })) return first!.id;
  throw new Error(`The stream ${stream} has no events.`);
}

/** Steps of one aggregate one after the other, those of different ones at once. */
async function together(steps: readonly (Step & { commandId: string })[], bus: CommandBus, engine: Engine, now: Date): Promise<void> {
  const byAggregate = new Map<string, (Step & { commandId: string })[]>();
  for (const step of steps) {
    const aggregate = aggregateOf(step, engine);
    byAggregate.set(aggregate, [...(byAggregate.get(aggregate) ?? []), step]);
  }
  await Promise.all([...byAggregate.values()].map((each) => inOrder(each, bus, now)));
}

async function inOrder(steps: readonly (Step & { commandId: string })[], bus: CommandBus, now: Date): Promise<void> {
  for (const { command, fields, daysAgo, commandId } of steps) {
    const made = plainToInstance(command, { ...fields, occurredAt: momentIn(-daysAgo, now) });
    await asSystem(() => bus.execute(withContext(made, { commandId, correlationId: STORY, actor: 'system', source: SOURCE })));
  }
}

function aggregateOf({ command, fields }: Step, engine: Engine): string {
  const { aggregate, idField } = engine.commands.byName(command.name)!;
  return aggregate.streamOf((fields as Record<string, string>)[idField]!);
}
