import { randomUUID } from 'node:crypto';
import type { AnyProcess } from '../modelling/process.js';
import { pause } from '../pause.js';
import type { DocumentStore } from '../ports/document-store.js';
import { BEGINNING, type EventStore, type Position } from '../ports/event-store.js';
import { Leases, LEASES } from '../reading/leases.js';
import { Trouble } from '../reading/trouble.js';
import { partitionOf } from '../reading/page-fold.js';
import type { ProjectorOptions } from '../reading/projector.js';
import { errorFields, type Log, type Telemetry } from '../support.js';
import { InTurn } from '../writing/in-turn.js';
import type { Checkpoints } from './checkpoints.js';
import { Feed, type Fed } from './feed.js';
import type { Pauses } from './pauses.js';
import type { Reactor } from './reactor.js';

export interface PartsSurroundings {
  events: EventStore;
  documents: DocumentStore;
  checkpoints: Checkpoints;
  reactor: Reactor;
  pauses: Pauses;
  log: Log;
  telemetry: Telemetry;
  division: Pick<ProjectorOptions, 'partitions' | 'pageSize' | 'shared'>;
}

/** One part of the instances of all processes, as long as it is this program's. */
interface Part {
  feeds: readonly Feed[];
  stop: () => Promise<void>;
}

const TTL_MS = 4_000;
const BEAT_MS = 500;
const PAGE_SIZE = 1_000;

/** The instances of all processes in equal parts, which the programs on the same stores divide among them by lease. */
export class Parts {
  /** Into how many parts instances are divided. */
  readonly count: number;
  private readonly parts = new Map<number, Part>();
  private readonly leases: Leases | undefined;
  private readonly outage: Trouble;
  private readonly changing = new InTurn();
  private deployed: ReadonlyMap<string, Position> = new Map();

  constructor(
    private readonly processes: readonly AnyProcess[],
    private readonly around: PartsSurroundings,
    private readonly stopping: AbortSignal,
  ) {
    const { partitions = 1, shared } = around.division;
    this.count = shared ? partitions : 1;
    this.outage = new Trouble(around.log, 'processes');
    if (shared) this.leases = new Leases(around.documents, { worker: shared.worker ?? randomUUID(), group: `processes/${this.count}`, shares: this.count, ttlMs: shared.ttlMs ?? TTL_MS, now: () => performance.now() });
  }

  get areShared(): boolean {
    return this.leases !== undefined;
  }

  /** @param deployed after which position each process acts. */
  async start(deployed: ReadonlyMap<string, Position>): Promise<void> {
    this.deployed = deployed;
    if (!this.leases) return this.open(0);
    await this.around.documents.ensureCollection(LEASES);
    await this.beat(this.leases);
  }

  /** Takes part in dividing until the signal. */
  async run(): Promise<void> {
    const { log, division: { shared } } = this.around;
    for (let trouble: string | undefined; this.leases && !this.stopping.aborted; ) {
      await pause(shared?.beatMs ?? BEAT_MS, this.stopping);
      if (this.stopping.aborted) return;
      try {
        const { leases } = this;
        await this.changing.run('parts', () => this.beat(leases));
        trouble = undefined;
      } catch (error) {
        if (trouble === undefined) log.error(errorFields(error), 'this program cannot take part in running processes; trying again');
        trouble = errorFields(error).error;
      }
    }
  }

  /** Feeds those processes that are not paused now. @param resumed which were, and have something to take up. */
  reopen(resumed: ReadonlySet<string>): Promise<void> {
    return this.changing.run('parts', async () => {
      for (const index of [...this.parts.keys()]) {
        await this.close(index);
        if (!this.stopping.aborted) await this.open(index, resumed);
      }
    });
  }

  async stop(): Promise<void> {
    for (const index of [...this.parts.keys()]) await this.close(index);
    await this.leases?.end().catch((error: unknown) => this.around.log.warn(errorFields(error), 'parts of processes were not given back; others take them in some seconds'));
  }

  feeds(): Feed[] {
    return [...this.parts.values()].flatMap(({ feeds }) => [...feeds]);
  }

  /** The feeds of the part that something of this name belongs to, where that is this program's at this moment. */
  feedsOf(name: string): readonly Feed[] {
    const part = partitionOf(name, this.count);
    return this.holds(part) ? (this.parts.get(part)?.feeds ?? []) : [];
  }

  private holds(part: number): boolean {
    return this.leases?.holds(part) ?? true;
  }

  private async open(index: number, resumed: ReadonlySet<string> = new Set()): Promise<void> {
    const partition = { index, count: this.count };
    const fed: Fed[] = [];
    for (const process of this.processes.filter(({ name }) => !this.around.pauses.has(name))) fed.push({ process, after: await this.around.checkpoints.after(process, partition, this.deployed.get(process.name)!) });
    // What is read for the first time, or was left lying in a pause, must not keep others waiting.
    const isBehind = ({ process, after }: Fed) => resumed.has(process.name) || (process.options.from === 'beginning' && after === BEGINNING);
    const groups = [fed.filter((each) => !isBehind(each)), ...fed.filter(isBehind).map((each) => [each])].filter((group) => group.length > 0);
    const closing = new AbortController();
    const around = { ...this.around, outage: this.outage, isOwner: () => this.holds(index), pageSize: this.around.division.pageSize ?? PAGE_SIZE };
    const feeds = groups.map((group) => new Feed(group, partition, around));
    const runs = Promise.all(feeds.map((feed) => feed.run(AbortSignal.any([closing.signal, this.stopping]))));
    this.parts.set(index, {
      feeds,
      stop: async () => {
        closing.abort();
        await runs;
      },
    });
  }

  private async close(index: number): Promise<void> {
    await this.parts.get(index)?.stop();
    this.parts.delete(index);
  }

  /** Renews and divides. */
  private async beat(leases: Leases): Promise<void> {
    await leases.beat((part) => this.close(part));
    for (const part of [...this.parts.keys()]) if (!leases.shares.includes(part)) await this.close(part);
    for (const part of leases.shares) if (!this.parts.has(part)) await this.open(part);
  }
}
