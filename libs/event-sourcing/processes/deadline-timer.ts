import type { AnyProcess } from '../modelling/process.js';
import { pause } from '../pause.js';
import type { DocumentStore } from '../ports/document-store.js';
import { BEGINNING, type Position } from '../ports/event-store.js';
import type { Projector } from '../reading/projector.js';
import { errorFields, type Clock, type Log, type Telemetry } from '../support.js';
import { InTurn } from '../writing/in-turn.js';
import { Stopped, type Reactor } from './reactor.js';
import { DEADLINES, instanceKey, type DeadlineRow } from './views.js';

export interface TimerSurroundings {
  documents: DocumentStore;
  projector: Projector;
  reactor: Reactor;
  clock: Clock;
  log: Log;
  telemetry: Telemetry;
  /** A process that is fed here, and how far; undefined where the instance belongs to another worker. */
  fedHere(row: DeadlineRow): { process: AnyProcess; position: Position } | undefined;
}

/** How often somebody looks at the clock. */
const LOOK_MS = 200;
const AT_ONCE = 500;
const VIEW_TIMEOUT_MS = 5_000;

/** Looks what is due, and has it reached: of each instance the earliest first. What was moved or cancelled meanwhile is found so in its stream. */
export class DeadlineTimer {
  private readonly looking = new InTurn();
  trouble: string | undefined;

  constructor(private readonly around: TimerSurroundings) {}

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.look();
        this.trouble = undefined;
      } catch (error) {
        if (error instanceof Stopped) return;
        if (this.trouble === undefined) this.around.log.error(errorFields(error), 'deadlines cannot be looked at; trying again');
        this.trouble = errorFields(error).error;
      }
      await pause(LOOK_MS, signal);
    }
  }

  /** Has all deadlines reached that are due by now. @returns how many. */
  look(): Promise<number> {
    return this.looking.run('look', async () => {
      let reached = 0;
      for (let elsewhere = 0; ; ) {
        const rows = await this.due(elsewhere);
        const here = rows.filter((row) => this.around.fedHere(row));
        elsewhere += rows.length - here.length;
        const done = await this.reach(here);
        reached += done.length;
        // What is still due was tried in vain: its instance cannot take it now.
        if (rows.length < AT_ONCE || (here.length > 0 && done.length === 0)) return reached;
        await this.around.projector.reaches(DEADLINES, Math.max(BEGINNING, ...done), VIEW_TIMEOUT_MS);
      }
    });
  }

  private async due(skip: number): Promise<DeadlineRow[]> {
    const { documents, projector, clock } = this.around;
    const collection = projector.get(DEADLINES).answering;
    if (collection === undefined) return [];
    const filter = { waits: false, at: { $lte: clock.now().toISOString() } };
    return (await documents.find(collection, { filter, sort: { at: 1, set: 1 }, skip, limit: AT_ONCE })) as unknown as DeadlineRow[];
  }

  /** @returns positions of those that were reached. */
  private async reach(rows: readonly DeadlineRow[]): Promise<Position[]> {
    const { reactor } = this.around;
    // Once they are all in memory, they are appended in the order in which they begin.
    await Promise.all(rows.map((row) => reactor.instance(this.around.fedHere(row)!.process, row.instanceId)));
    // Where a store fails, a later deadline of an instance must not overtake an earlier one.
    const ofInstance = new InTurn();
    const results = await Promise.all(rows.map((row) => ofInstance.run(instanceKey(row), () => this.reachOne(row))));
    return results.filter((position) => position !== undefined);
  }

  private async reachOne(row: DeadlineRow): Promise<Position | undefined> {
    const fed = this.around.fedHere(row);
    if (!fed) return undefined;
    const { instanceId, deadline, at, set, cause } = row;
    const { events, repeated, position } = await this.around.reactor.react(fed.process, { kind: 'deadline', deadline, at, set }, { instanceId, considered: fed.position }, cause);
    if (events === 0 || repeated) return undefined;
    this.around.telemetry.deadlineReached(fed.process.name, this.around.clock.now().getTime() - Date.parse(at));
    return position;
  }
}
