import { randomUUID } from 'node:crypto';
import { errorFields, eventTypeOf, InTurn, StoreUnavailable, type Class, type EventStore, type EventToAppend, type Log } from '#event-sourcing';
import { AccessDenied, SensitiveRecordViewed } from '../domain/sighting.js';

const FLUSH_MS = 1_000;
/** More than this wait only where the log cannot be written; then what could not be recorded is not shown. */
const PENDING_AT_MOST = 100_000;
const RECORDS_IN_EVENT = 1_000;
const EVENTS_IN_APPEND = 100;
const MAX_QUESTION = 2_000;

interface Viewed {
  viewer: string;
  view: string;
  records: Set<string>;
  question?: string;
  times: number;
  firstAt: string;
  lastAt: string;
}

type Denied = Omit<AccessDenied, 'sightingId'>;

export interface SightingsOptions {
  /** Milliseconds for which readings are gathered before they are appended. Default 1,000. */
  flushMs?: number;
}

/**
 * Records who was shown what, and what was refused, as events: gathered in memory and appended once a second, the same
 * reader and view in one event, so that reading costs no append. Closing appends what waits. A process that is killed
 * loses what it has not appended yet, a second of it.
 */
export class Sightings {
  private readonly sightingId = randomUUID();
  private viewed = new Map<string, Viewed>();
  private denied = new Map<string, Denied>();
  private unsent: EventToAppend[] = [];
  private pending = 0;
  private readonly inTurn = new InTurn();
  private timer: NodeJS.Timeout | undefined;
  private readonly flushMs: number;

  constructor(
    private readonly events: EventStore,
    private readonly log: Log,
    { flushMs = FLUSH_MS }: SightingsOptions = {},
  ) {
    this.flushMs = flushMs;
  }

  /** @throws StoreUnavailable so much waits for the log already that this could be lost. */
  saw(viewer: string, view: string, records: readonly string[], question?: string): void {
    if (this.pending >= PENDING_AT_MOST) throw new StoreUnavailable('Readings of sensitive records cannot be recorded at the moment, and so they are not answered.');
    const now = new Date().toISOString();
    const asked = question?.slice(0, MAX_QUESTION);
    const key = JSON.stringify([viewer, view, asked ?? null]);
    let seen = this.viewed.get(key);
    if (!seen) this.viewed.set(key, (seen = { viewer, view, records: new Set(), times: 0, firstAt: now, lastAt: now, ...(asked !== undefined && { question: asked }) }));
    for (const record of records) seen.records.add(record);
    seen.times++;
    seen.lastAt = now;
    this.pending += records.length + 1;
    this.wake();
  }

  refused(actor: string, code: string, message: string): void {
    // A reader who is refused without end must not fill the memory.
    if (this.pending >= PENDING_AT_MOST) return this.log.warn({ actor, code }, 'a refusal could not be recorded');
    const now = new Date().toISOString();
    const key = JSON.stringify([actor, code, message]);
    const known = this.denied.get(key);
    this.denied.set(key, { actor, code, message, firstAt: known?.firstAt ?? now, lastAt: now, times: (known?.times ?? 0) + 1 });
    if (!known) this.pending++;
    this.wake();
  }

  /** Resolves when everything so far is appended. Two at once would append the same, and drop what comes after it. @throws StoreUnavailable */
  flush(): Promise<void> {
    return this.inTurn.run('append', () => this.append());
  }

  /** Appends what waits. @throws StoreUnavailable it could not be. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush();
  }

  private wake(): void {
    if (this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.flush().catch((error: unknown) => {
        this.log.warn(errorFields(error), 'readings could not be recorded yet; trying again');
        this.wake();
      });
    }, this.flushMs).unref();
  }

  private async append(): Promise<void> {
    this.take();
    while (this.unsent.length > 0) {
      const batch = this.unsent.slice(0, EVENTS_IN_APPEND);
      await this.events.append(`sighting-${this.sightingId}`, 'any', batch);
      this.unsent.splice(0, batch.length);
    }
    if (this.viewed.size + this.denied.size === 0) this.pending = 0;
  }

  private take(): void {
    const [viewed, denied] = [[...this.viewed.values()], [...this.denied.values()]];
    this.viewed = new Map();
    this.denied = new Map();
    for (const { records, ...seen } of viewed) {
      const ids = [...records];
      for (let from = 0; from === 0 || from < ids.length; from += RECORDS_IN_EVENT) {
        this.unsent.push(this.event(SensitiveRecordViewed, seen.viewer, seen.lastAt, { ...seen, records: ids.slice(from, from + RECORDS_IN_EVENT) }));
      }
    }
    for (const denial of denied) this.unsent.push(this.event(AccessDenied, denial.actor, denial.lastAt, denial));
  }

  private event(type: Class, actor: string, occurredAt: string, data: object): EventToAppend {
    const [id, { name, version }] = [randomUUID(), eventTypeOf(type)];
    return { id, type: name, schemaVersion: version, occurredAt, data: { sightingId: this.sightingId, ...data }, metadata: { commandId: id, correlationId: id, actor, source: 'access' } };
  }
}
