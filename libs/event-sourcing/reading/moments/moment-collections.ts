import { createHash } from 'node:crypto';
import type { AnyView } from '../../modelling/view.js';
import { BEGINNING, type EventPage, type Position } from '../../ports/event-store.js';
import { errorFields } from '../../support.js';
import { InTurn } from '../../writing/in-turn.js';
import type { KnownReading } from '../interpreting/known-reading.js';
import { WHOLE } from '../page-fold.js';
import { ViewBuild, type BuildSurroundings } from '../view-build.js';
import type { FewEvents } from './few-events.js';
import { isWithin, type Moment } from './moment.js';

/** Begins the names of the collections. */
const MOMENTS = 'moments';
const DROPPING = 'dropping';

const PAGE_SIZE = 1_000;
const PENDING_AT_MOST = 50_000;
const KEPT_COLLECTIONS = 24;
const INSTANCE_DIGITS = 4;
const FORGOTTEN_AFTER_MS = 86_400_000;

/** How far the replay of a view is. */
export interface ReplayProgress {
  view: string;
  position: Position;
  head: Position;
}

interface Kept {
  /** The log up to here is in it. */
  position: Position;
  lastUsed: number;
}

/** The log up to `head`, as it is to be read as of the moment. */
interface Wanted {
  moment: Moment;
  reading: KnownReading;
  head: Position;
}

/**
 * Views as of moments, each in a collection of its own that is filled by replaying the log when it is first asked for,
 * and brought up to the log's end when it is asked for again. The least used are dropped.
 */
export class MomentCollections {
  private readonly inTurn = new InTurn();
  private readonly kept = new Map<string, Kept>();
  private uses = 0;
  /** How history was read for what is kept. */
  private readTo: Position = BEGINNING;
  /** Of this process: others on the same store have collections of their own. */
  private readonly instance: string;

  constructor(private readonly around: BuildSurroundings, private readonly few: FewEvents) {
    const number = Math.floor(Math.random() * 36 ** INSTANCE_DIGITS);
    this.instance = around.clock.now().getTime().toString(36) + number.toString(36).padStart(INSTANCE_DIGITS, '0');
  }

  /**
   * The collection of the view as of the moment.
   * @throws ViewFailed an event that it needs cannot be folded without those that were later or unknown then.
   */
  async of(view: AnyView, moment: Moment, onProgress?: (progress: ReplayProgress) => void): Promise<{ collection: string; position: Position }> {
    const { readings, events } = this.around;
    const head = await events.head();
    await readings.upTo(head);
    const [reading, readTo] = [readings.within(moment), readings.now.position];
    await this.dropMadeBefore(readTo);
    const collection = `${MOMENTS}_${this.instance}_${nameOf(view, moment, readTo)}`;
    const filled = await this.inTurn.run(collection, async () => {
      const position = await this.fill(view, { moment, reading, head }, collection, onProgress);
      if (readTo < this.readTo) {
        await this.around.documents.dropCollection(collection);
        return undefined;
      }
      this.kept.set(collection, { position, lastUsed: ++this.uses });
      await this.dropLeastUsed();
      return { collection, position };
    });
    // Events got another meaning meanwhile.
    return filled ?? this.of(view, moment, onProgress);
  }

  /** Drops what this process has made, and what an earlier one left that ended without doing so. */
  async clear(): Promise<void> {
    const { documents, clock } = this.around;
    const isOld = (instance: string) => parseInt(instance.slice(0, -INSTANCE_DIGITS), 36) < clock.now().getTime() - FORGOTTEN_AFTER_MS;
    for (const collection of await documents.listCollections()) {
      const [prefix, instance] = collection.split('_');
      if (prefix === MOMENTS && (instance === this.instance || isOld(instance!))) await documents.dropCollection(collection);
    }
    this.kept.clear();
  }

  /** Drops what this process has made; where the store does not answer, a later process does. */
  async close(): Promise<void> {
    if (this.kept.size === 0) return;
    await this.clear().catch((error: unknown) => this.around.log.warn(errorFields(error), 'answers about the past were left in the store; they are dropped by a process that starts a day later'));
  }

  private async fill(view: AnyView, { moment, reading, head }: Wanted, collection: string, onProgress?: (progress: ReplayProgress) => void): Promise<Position> {
    const from = this.kept.get(collection)?.position;
    if (from !== undefined && from >= head) return from;
    const build = new ViewBuild(view, { version: view.options.version, generation: 0, partitions: 1 }, WHOLE, false, this.around, collection);
    await this.around.documents.ensureCollection(collection);
    build.folded = build.written = from ?? BEGINNING;
    for await (const page of this.pages(view, build.folded, head)) {
      await build.fold(build.read({ ...page, events: page.events.filter((event) => isWithin(moment, event)) }, reading));
      if (build.pending >= PENDING_AT_MOST) await this.write(build);
      onProgress?.({ view: view.name, position: page.position, head });
    }
    await this.write(build);
    if (from === undefined) await build.index();
    return build.folded;
  }

  /** What was made before earlier events got another meaning is dropped: it may hold what nobody may read any more. */
  async dropOutdated(): Promise<void> {
    const { readings, events } = this.around;
    await readings.upTo(await events.head());
    await this.dropMadeBefore(readings.now.position);
  }

  /** Whoever asks waits until it is done, also where another began it. */
  private dropMadeBefore(readTo: Position): Promise<void> {
    return this.inTurn.run(DROPPING, () => this.dropAllMadeBefore(readTo));
  }

  private async dropAllMadeBefore(readTo: Position): Promise<void> {
    if (readTo <= this.readTo) return;
    this.readTo = readTo;
    const outdated = [...this.kept.keys()];
    this.kept.clear();
    for (const collection of outdated) await this.inTurn.run(collection, () => this.around.documents.dropCollection(collection));
  }

  private async write(build: ViewBuild): Promise<void> {
    // How far it is, is known here alone.
    await this.around.documents.write(build.writes(true).filter((writes) => writes.collection === build.collection));
    build.wrote();
  }

  private async *pages(view: AnyView, after: Position, until: Position): AsyncIterable<EventPage> {
    const types = view.eventTypes().map(({ name }) => name);
    const few = await this.few.of(view, until);
    if (few) yield { events: few.filter(({ position }) => position > after), position: until, caughtUp: true };
    else yield* this.around.events.readAll({ after, until, filter: { types }, pageSize: PAGE_SIZE });
  }

  private async dropLeastUsed(): Promise<void> {
    const byUse = [...this.kept].sort(([, one], [, other]) => other.lastUsed - one.lastUsed);
    for (const [collection] of byUse.slice(KEPT_COLLECTIONS)) {
      this.kept.delete(collection);
      await this.around.documents.dropCollection(collection);
    }
  }
}

function nameOf({ name, options: { version } }: AnyView, { asOf = '', knownAt = '' }: Moment, readTo: Position): string {
  return `${name}_${createHash('sha256').update(JSON.stringify([name, version, asOf, knownAt, readTo])).digest('hex').slice(0, 16)}`;
}
