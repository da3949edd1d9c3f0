import { randomUUID } from 'node:crypto';
import {
  errorFields, event, eventIdFrom, eventTypeOf, following, notFound, pause, silentLog, StoreUnavailable, systemClock, wrongState, WrongExpectedRevision,
  type AppendResult, type Clock, type Engine, type EventStore, type ExpectedRevision, type Log, type NewEvent, type Position, type RecordedEvent,
} from '#event-sourcing';
import { ErasureCertified, idOf, PersonalDataErased, type ErasureCertificate, type ErasureReason, type Withheld } from '../domain/erasure.js';
import type { StoredKey } from '../keys/key-store.js';
import type { SubjectKeys } from '../keys/subject-keys.js';
import { subjectKinds } from '../sealing/plan.js';
import { concernedEvents, type ConcernedEvents } from './concerned-events.js';
import { handedOverTo } from './handed-over.js';
import { namesOf } from './same-person.js';

/** Longer than views take to fold anew what tells of one person. */
const FORGETTING_MS = 60_000;
const RETRY_MS = 1_000;

/** Whom to erase, and on what ground. */
export interface ErasureRequest {
  /** Named like the stream: `customer-42`, `contact-7`, `lead-3`. */
  subject: string;
  reason: ErasureReason;
  reference?: string;
  actor: string;
}

/** A certificate, and what proves who made it. */
export interface CertifiedErasure {
  certificate: ErasureCertificate;
  signature?: string;
  publicKey?: string;
  /** Where it stands in the log. */
  position: number;
}

/** Signs certificates: the audit, as a rule. */
export interface Signer {
  publicKey: string;
  /** Base64. */
  sign(certificate: ErasureCertificate): string;
  /** The signed head of the log as it is now. */
  head(): Promise<string>;
}

interface Recorded {
  id: string;
  position: number;
  withheld?: Withheld;
}

export interface ErasureSurroundings {
  engine: Engine;
  /** The log as it is stored, beneath the seals. */
  stored: EventStore;
  keys: SubjectKeys;
  /** Removes what is kept of a person beside the stores. Repeatable. */
  elsewhere?: (subject: string) => Promise<void>;
  signer?: Signer;
  clock?: Clock;
  log?: Log;
  /** Milliseconds that views get to forget. */
  forgettingMs?: number;
}

/**
 * Erases persons, step by step: the key is destroyed; the log records it; views, snapshots and memories forget; a
 * certificate says so. Each step is durable before the next begins and may be repeated, so an erasure that was
 * interrupted anywhere goes on from there.
 */
export class Erasures {
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly underWay = new Map<string, Promise<CertifiedErasure>>();
  private readonly watching = new AbortController();
  private watched: Promise<void> | undefined;

  constructor(private readonly around: ErasureSurroundings) {
    this.clock = around.clock ?? systemClock;
    this.log = around.log ?? silentLog;
  }

  /**
   * Erases a person by every name that they have; one who was erased before gets the first certificate again.
   * @throws Rejection nobody is known under this name, or some views have not forgotten yet: ask again.
   */
  async erase({ subject, actor: orderedBy, ...why }: ErasureRequest): Promise<CertifiedErasure> {
    await knownSubject(this.around.engine, subject);
    const names = await namesOf(this.around.engine, subject);
    // All keys before anything else: what is interrupted from then on is completed by itself.
    const destroyed: StoredKey[] = [];
    for (const name of names) {
      if (!(await this.certified(name))) destroyed.push(await this.around.keys.destroy(name, { id: randomUUID(), orderedAt: this.clock.now().toISOString(), orderedBy, ...why }));
    }
    for (const key of destroyed) await this.complete(key);
    return (await this.certified(subject))!;
  }

  /** Completes what was interrupted and, until {@link stop}, has this process forget whom others erase. */
  start(): void {
    this.resume().catch((error: unknown) => this.log.error(errorFields(error), 'interrupted erasures could not be looked for'));
    this.watched = this.watch().catch((error: unknown) => this.log.error(errorFields(error), 'erasures of other processes are not followed any more'));
  }

  async stop(): Promise<void> {
    this.watching.abort();
    await this.watched;
  }

  /** Completes erasures that were interrupted. What cannot be completed now is logged and tried at the next start. */
  async resume(): Promise<void> {
    const { engine, keys } = this.around;
    // Whoever was erased by the log is known after that.
    await engine.readings.upTo(await engine.events.head());
    const returned = await keys.destroyReturned(this.clock.now());
    if (returned.length > 0) this.log.warn({ subjects: returned }, 'keys of erased persons had come back with an older key store and are destroyed again');
    for (const key of await keys.store.unfinished()) {
      await this.completeWhole(key).then(
        () => this.log.info({ subject: key.subject }, 'an erasure that was interrupted is complete'),
        (error: unknown) => this.log.error({ subject: key.subject, ...errorFields(error) }, 'an erasure that was interrupted is not complete yet; ask for it again'),
      );
    }
  }

  /** Of whoever was interrupted while the keys of the person were destroyed, some may still be there. */
  private async completeWhole(key: StoredKey): Promise<void> {
    await this.complete(key);
    const { reason, reference, orderedBy } = key.order!;
    await this.erase({ subject: key.subject, reason: reason as ErasureReason, ...(reference !== undefined && { reference }), actor: orderedBy });
  }

  private async watch(): Promise<void> {
    const { engine } = this.around;
    const types = [eventTypeOf(PersonalDataErased).name];
    const { signal } = this.watching;
    let after: Position | undefined;
    while (!signal.aborted) {
      try {
        after ??= await engine.events.head();
        for await (const page of following(engine.events, { after, filter: { types }, signal })) {
          after = page.position;
          // Its key was forgotten as the page was read.
          if (page.events.length > 0) await engine.forgetMemory();
          for (const { data } of page.events) await this.around.elsewhere?.((data as PersonalDataErased).subject);
        }
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await pause(RETRY_MS, signal);
      }
    }
  }

  private complete(destroyed: StoredKey): Promise<CertifiedErasure> {
    const { subject } = destroyed;
    const known = this.underWay.get(subject);
    if (known) return known;
    const mine = this.completeNow(destroyed).finally(() => this.underWay.delete(subject));
    this.underWay.set(subject, mine);
    return mine;
  }

  private async completeNow(destroyed: StoredKey): Promise<CertifiedErasure> {
    const { engine, stored, keys } = this.around;
    const { subject } = destroyed;
    const recorded = await this.record(destroyed);
    const forgotten = await this.viewsForget(recorded.position);
    const concerned = await concernedEvents(engine, stored, subject, recorded.position);
    const snapshotsDropped = await engine.forget(new Set([...concerned.streams, ...(recorded.withheld?.streams ?? [])]));
    await this.around.elsewhere?.(subject);
    const certified = await this.certify(destroyed, recorded, concerned, forgotten, snapshotsDropped);
    await keys.store.finish(subject);
    return certified;
  }

  private async record({ subject, fingerprint, order }: StoredKey): Promise<Recorded> {
    const { id: erasureId, reason, reference } = order!;
    const [before] = await this.history(subject);
    const withheld = before ? (before.data as PersonalDataErased).withheld : await handedOverTo(this.around.engine, subject, await this.around.engine.events.head());
    const data: PersonalDataErased = { erasureId, subject, reason: reason as ErasureReason, ...(reference !== undefined && { reference }), keyFingerprint: fingerprint, ...(withheld && { withheld }) };
    const recorded = await this.append(subject, 'none', order!, event(PersonalDataErased, data), 0);
    this.around.keys.withhold(withheld?.positions ?? []);
    return { ...recorded, ...(withheld && { withheld }) };
  }

  /** @returns where each view had forgotten. @throws Rejection one has not. */
  private async viewsForget(position: number): Promise<Record<string, number>> {
    const { projector } = this.around.engine;
    const forgotten: Record<string, number> = {};
    const late: string[] = [];
    const end = performance.now() + (this.around.forgettingMs ?? FORGETTING_MS);
    for (const name of projector.names().sort()) {
      if (await projector.reaches(name, position, Math.max(1, end - performance.now()))) forgotten[name] = Math.max(position, projector.get(name).written);
      else late.push(name);
    }
    if (late.length === 0) return forgotten;
    throw wrongState('views-not-forgotten', `The key is destroyed, and nobody can read what was sealed with it. These views have not forgotten yet: ${late.join(', ')}. Resume or rebuild them, then ask for the erasure again: it goes on from there.`, { views: late });
  }

  private async certify({ subject, fingerprint, order }: StoredKey, { withheld, ...recorded }: Recorded, { streams: _, ...counts }: ConcernedEvents, forgotten: Record<string, number>, snapshotsDropped: number): Promise<CertifiedErasure> {
    const { signer } = this.around;
    const { id: erasureId, orderedAt, orderedBy, reason, reference } = order!;
    const [, ...alsoKnownAs] = await namesOf(this.around.engine, subject);
    const certificate: ErasureCertificate = {
      format: 'guanxi-erasure-certificate/1', erasureId, subject, ...(alsoKnownAs.length > 0 && { alsoKnownAs: alsoKnownAs.sort() }), orderedAt, orderedBy, reason: reason as ErasureReason, ...(reference !== undefined && { reference }),
      keyFingerprint: fingerprint, event: recorded, certifiedAt: this.clock.now().toISOString(), ...counts, ...(withheld && { withheldEvents: withheld.positions }), forgotten, snapshotsDropped,
      ...(signer && { logHead: await signer.head() }),
    };
    const proof = signer ? { signature: signer.sign(certificate), publicKey: signer.publicKey } : {};
    await this.append(subject, 0, order!, event(ErasureCertified, { erasureId, subject, certificate, ...proof }), 1);
    return (await this.certified(subject))!;
  }

  /** Appends an event once, at its place; where another process was quicker, its event stands. */
  private async append(subject: string, expected: ExpectedRevision, { id: erasureId, orderedBy }: { id: string; orderedBy: string }, { type, data }: NewEvent, index: number): Promise<{ id: string; position: number }> {
    const stream = `erasure-${subject}`;
    const id = eventIdFrom(erasureId, stream, index);
    const metadata = { commandId: erasureId, command: 'ErasePersonalData', correlationId: erasureId, causationId: erasureId, actor: orderedBy, source: 'privacy' };
    try {
      const made = { id, type: type.name, schemaVersion: type.version, occurredAt: this.clock.now().toISOString(), data: JSON.parse(JSON.stringify(data)) as object, metadata };
      const { position }: AppendResult = await this.around.engine.events.append(stream, expected, [made]);
      return { id, position };
    } catch (error) {
      const there = error instanceof WrongExpectedRevision ? (await this.history(subject))[index] : undefined;
      if (!there) throw error;
      return { id: there.id, position: there.position };
    }
  }

  private async certified(subject: string): Promise<CertifiedErasure | undefined> {
    const [, last] = await this.history(subject);
    if (!last) return undefined;
    const { certificate, signature, publicKey } = last.data as ErasureCertified;
    return { certificate, ...(signature !== undefined && { signature }), ...(publicKey !== undefined && { publicKey }), position: last.position };
  }

  private async history(subject: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const page of this.around.engine.events.readStream(`erasure-${subject}`)) events.push(...page);
    return events;
  }
}

/** @throws Rejection `subject-not-found`: there is no such person. */
export async function knownSubject(engine: Engine, subject: string): Promise<void> {
  const kind = subject.slice(0, subject.indexOf('-'));
  const aggregate = subjectKinds(engine.eventTypes).has(kind) ? engine.aggregate(kind) : undefined;
  const { revision } = aggregate ? await engine.aggregates.state(aggregate, idOf(subject)) : { revision: -1 };
  if (revision < 0) throw notFound('subject-not-found', `There is nobody called ${subject}; it is the kind of person and the id, such as customer-42, contact-7 or lead-3.`);
}
