import { following } from '../following.js';
import { aggregate } from '../modelling/aggregate.js';
import { eventTypeOf } from '../modelling/domain-event.js';
import { pause } from '../pause.js';
import { BEGINNING, type EventPage, type EventStore, type Position } from '../ports/event-store.js';
import { errorFields, type Log } from '../support.js';
import type { Aggregates } from '../writing/aggregates.js';
import { ProcessDeployed, ProcessPaused, ProcessResumed } from './events.js';

/** A process as a whole. Its stream is `process-<name>`. */
export interface DeploymentState {
  deployed: boolean;
  /** Since when it is paused, and by whom that was asked for is in the log. */
  pausedSince?: string;
}

const none: DeploymentState = { deployed: false };

export const Deployment = aggregate<'process', DeploymentState>('process', none)
  .on(ProcessDeployed, (state) => ({ ...state, deployed: true }))
  .on(ProcessPaused, (state, _, { occurredAt }) => ({ ...state, pausedSince: occurredAt }))
  .on(ProcessResumed, ({ deployed }) => ({ deployed }));

const RESUMED = eventTypeOf(ProcessResumed).name;
const TYPES = [eventTypeOf(ProcessPaused).name, RESUMED];
const RETRY_MS = 500;

/** Which processes are paused. It is in the log, so that it holds in every program and outlives all that is derived. */
export class Pauses {
  /** What was recorded up to here counts. */
  position: Position = BEGINNING;
  private readonly paused = new Set<string>();

  constructor(private readonly around: { events: EventStore; aggregates: Aggregates; log: Log }) {}

  has(process: string): boolean {
    return this.paused.has(process);
  }

  async load(processes: readonly string[]): Promise<void> {
    this.position = await this.around.events.head();
    for (const name of processes) if ((await this.of(name)).pausedSince !== undefined) this.paused.add(name);
  }

  async of(process: string): Promise<DeploymentState> {
    return (await this.around.aggregates.state(Deployment, process)).state;
  }

  /** Follows the log until the signal. @param changed is told which processes are resumed; what comes next waits for it. */
  async follow(signal: AbortSignal, changed: (resumed: ReadonlySet<string>) => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const page of following(this.around.events, { after: this.position, filter: { types: TYPES }, signal })) {
          if (page.events.length > 0) await changed(this.take(page));
          this.position = page.position;
        }
      } catch (error) {
        if (signal.aborted) return;
        this.around.log.warn(errorFields(error), 'whether processes are paused cannot be followed at the moment; trying again');
        await pause(RETRY_MS, signal);
      }
    }
  }

  /** @returns which are resumed. */
  private take({ events }: EventPage): ReadonlySet<string> {
    const resumed = new Set<string>();
    for (const { type, data } of events) {
      const { process } = data as ProcessPaused;
      if (type === RESUMED && this.paused.delete(process)) resumed.add(process);
      if (type !== RESUMED) this.paused.add(process);
    }
    return resumed;
  }
}
