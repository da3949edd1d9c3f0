import { setTimeout as delay } from 'node:timers/promises';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { StoreUnavailable, type Engine, type Telemetry } from '#event-sourcing';

/** A store that hangs must not keep those waiting who want to know how the process is. */
const PATIENCE_MS = 2_000;

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What the engine does, as Prometheus metrics. */
export class Metrics implements Telemetry {
  readonly registry = new Registry();
  private lookAtViews = async (): Promise<void> => undefined;

  private readonly commands = new Histogram({
    name: 'guanxi_command_duration_seconds', help: 'Time from a command to its answer, by command and outcome.',
    labelNames: ['command', 'outcome'] as const, buckets: SECONDS, registers: [this.registry],
  });
  private readonly requests = new Histogram({
    name: 'guanxi_http_request_duration_seconds', help: 'Time from a request to the end of its answer, by method, route and status.',
    labelNames: ['method', 'route', 'status'] as const, buckets: SECONDS, registers: [this.registry],
  });
  private readonly appended = this.counter('guanxi_events_appended_total', 'Events appended to the log.');
  private readonly snapshots = this.counter('guanxi_snapshots_total', 'Snapshots of aggregates, by what became of them.', ['outcome']);
  private readonly folded = this.counter('guanxi_events_folded_total', 'Events folded, by view.', ['view']);
  private readonly failed = this.counter('guanxi_fold_failures_total', 'Folds that failed, by view.', ['view']);

  private readonly reactions = new Histogram({
    name: 'guanxi_process_reaction_seconds', help: 'Time from an event to the reaction of a process, by process.',
    labelNames: ['process'] as const, buckets: SECONDS, registers: [this.registry],
  });
  private readonly deadlines = new Histogram({
    name: 'guanxi_deadline_delay_seconds', help: 'Time from the moment of a deadline until it was reached, by process.',
    labelNames: ['process'] as const, buckets: SECONDS, registers: [this.registry],
  });

  commandHandled(command: string, outcome: string, milliseconds: number): void {
    this.commands.observe({ command, outcome }, milliseconds / 1000);
  }

  /** @param route the pattern, not the address: one series for each. */
  requestHandled(method: string, route: string, status: number, milliseconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, milliseconds / 1000);
  }

  eventsAppended(count: number): void {
    this.appended.inc(count);
  }

  snapshot(outcome: string): void {
    this.snapshots.inc({ outcome });
  }

  eventsFolded(view: string, count: number): void {
    this.folded.inc({ view }, count);
  }

  foldFailed(view: string): void {
    this.failed.inc({ view });
  }

  processReacted(process: string, milliseconds: number): void {
    this.reactions.observe({ process }, milliseconds / 1000);
  }

  deadlineReached(process: string, milliseconds: number): void {
    this.deadlines.observe({ process }, milliseconds / 1000);
  }

  /** Adds what the process itself uses: memory, processor, garbage collection, delay of the event loop. */
  observeProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Adds how far the views are, asked each time when metrics are. */
  observeViews(engine: Engine): void {
    const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames: ['view'] as const, registers: [this.registry] });
    const lag = gauge('guanxi_view_lag', 'Distance of a view to the head of the log, in units of position.');
    const deadLetters = gauge('guanxi_dead_letters', 'Documents that wait because a fold failed or the store does not take them.');
    const live = gauge('guanxi_view_live', '1 where a view is fed and has caught up.');
    const head = new Gauge({ name: 'guanxi_log_head', help: 'Position of the last event of the log.', registers: [this.registry] });
    const ofProcess = (name: string, help: string) => new Gauge({ name, help, labelNames: ['process'] as const, registers: [this.registry] });
    const running = ofProcess('guanxi_process_instances_running', 'Instances of a process that run.');
    const attention = ofProcess('guanxi_process_attention', 'Instances that are stuck or have a command that was refused.');
    const deadlines = ofProcess('guanxi_process_deadlines', 'Deadlines that are set.');
    const known = new Gauge({ name: 'guanxi_status_known', help: '1 where the stores told how far the views are; 0 where one is away, and the views and the log are left out.', registers: [this.registry] });
    this.lookAtViews = async () => {
      const status = await statusOf(engine);
      for (const each of [lag, deadLetters, live, head, running, attention, deadlines]) each.reset();
      known.set(status ? 1 : 0);
      if (!status) return head.remove();
      head.set(status.head);
      for (const each of status.views) {
        lag.set({ view: each.view }, each.lag);
        deadLetters.set({ view: each.view }, each.deadLetters);
        live.set({ view: each.view }, each.state === 'live' ? 1 : 0);
      }
      for (const { process, ...each } of status.processes) {
        running.set({ process }, each.running);
        attention.set({ process }, each.attention);
        deadlines.set({ process }, each.deadlines);
      }
    };
  }

  /** Adds how many messages wait to leave, asked each time when metrics are. */
  observeOutbox(outbox: { counts(): Promise<{ queued: number; dead: number }> }): void {
    new Gauge({
      name: 'guanxi_outbox_messages', help: 'Messages that wait to be delivered, and those that were given up, by status.', labelNames: ['status'] as const, registers: [this.registry],
      async collect() {
        const { queued, dead } = await outbox.counts().catch(absent);
        this.set({ status: 'queued' }, queued);
        this.set({ status: 'dead' }, dead);
      },
    });
  }

  /** In Prometheus' text format. */
  async text(): Promise<string> {
    await this.lookAtViews();
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private counter<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}

/** While the store is away nobody knows. */
function absent(error: unknown): { queued: number; dead: number } {
  if (error instanceof StoreUnavailable) return { queued: NaN, dead: NaN };
  throw error;
}

/** Undefined where a store is away or does not answer in time. */
async function statusOf(engine: Engine) {
  const asked = Promise.all([engine.projector.status(), engine.processes.status()]).then(([status, processes]) => ({ ...status, processes })).catch((error: unknown) => {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  });
  const tooLate = new AbortController();
  try {
    return await Promise.race([asked, delay(PATIENCE_MS, undefined, { signal: tooLate.signal })]);
  } finally {
    tooLate.abort();
  }
}
