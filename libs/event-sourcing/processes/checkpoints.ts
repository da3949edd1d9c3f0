import { eventIdFrom } from '../writing/command-context.js';
import { eventTypeOf } from '../modelling/domain-event.js';
import type { AnyProcess } from '../modelling/process.js';
import type { DocumentStore } from '../ports/document-store.js';
import { BEGINNING, WrongExpectedRevision, type EventStore, type Position } from '../ports/event-store.js';
import type { Partition } from '../reading/page-fold.js';
import type { Clock } from '../support.js';
import { uuidV5 } from '../writing/uuid-v5.js';
import { ProcessDeployed } from './events.js';

/** Collection of how far each partition of each process is. */
export const PROCESS_CHECKPOINTS = 'process_checkpoints';

interface Checkpoint {
  process: string;
  index: number;
  count: number;
  position: Position;
}

const DEPLOYMENTS = '5b6f9c1e-0a53-5c8e-9e0c-9d9d3c0a4c52';

/**
 * How far processes are. That a process is in force, and from where on, is in the log: where checkpoints are lost, all
 * since then is looked at again, and found done.
 */
export class Checkpoints {
  constructor(
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
  ) {}

  /** Puts a process in force that is new. @returns after which position it acts. */
  async deploy({ name, options: { from = 'now' } }: AnyProcess): Promise<Position> {
    const known = await this.deployed(name);
    if (known !== undefined) return known;
    const after = from === 'now' ? await this.events.head() : BEGINNING;
    const type = eventTypeOf(ProcessDeployed);
    const stream = streamOf(name);
    const commandId = uuidV5(name, DEPLOYMENTS);
    const metadata = { commandId, command: 'DeployProcess', correlationId: commandId, causationId: commandId, actor: 'system', source: 'first-start' };
    const data: ProcessDeployed = { process: name, after };
    try {
      await this.events.append(stream, 'none', [{ id: eventIdFrom(commandId, stream, 0), type: type.name, schemaVersion: type.version, occurredAt: this.clock.now().toISOString(), data, metadata }]);
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
    // Another process may have been quicker; what is stored counts.
    return (await this.deployed(name)) ?? after;
  }

  /** After which position a partition goes on: its own, or that of all partitions of an earlier division. */
  async after({ name }: AnyProcess, { index, count }: Partition, deployed: Position): Promise<Position> {
    const own = (await this.documents.load(PROCESS_CHECKPOINTS, [keyOf(name, index, count)])).get(keyOf(name, index, count));
    if (own) return Math.max(own.position, deployed);
    const all = (await this.documents.find(PROCESS_CHECKPOINTS, { filter: { process: name } })) as unknown as Checkpoint[];
    const divisions = [...new Set(all.map((each) => each.count))].map((division) => all.filter((each) => each.count === division));
    const whole = divisions.filter((division) => division.length === division[0]!.count).map((division) => Math.min(...division.map(({ position }) => position)));
    return Math.max(deployed, ...whole);
  }

  /** Later positions replace earlier ones. */
  async move(processes: readonly AnyProcess[], { index, count }: Partition, position: Position): Promise<void> {
    const writes = processes.map(({ name: process }) => ({ key: keyOf(process, index, count), position, document: { process, index, count, position } satisfies Checkpoint }));
    await this.documents.write([{ collection: PROCESS_CHECKPOINTS, writes }]);
  }

  private async deployed(name: string): Promise<Position | undefined> {
    for await (const [first] of this.events.readStream(streamOf(name), { limit: 1 })) return (first!.data as ProcessDeployed).after;
    return undefined;
  }
}

const streamOf = (process: string) => `process-${process}`;
const keyOf = (process: string, index: number, count: number) => `${process}/${index}-of-${count}`;
