import type { EventMetadata, Position, RecordedEvent } from '#event-sourcing';

/** An event as it lies in the file, its data and metadata as JSON texts. */
export interface EventRow {
  position: Position;
  stream: string;
  revision: number;
  id: string;
  type: string;
  schemaVersion: number;
  occurredAt: string;
  recordedAt: string;
  data: string;
  metadata: string;
}

/** How the engine's metadata begins; whose does not is parsed. */
const COMMAND_ID_FIRST = '{"commandId":"';
const UUID_LENGTH = 36;

/** An event that was read. Its metadata, which few readers ask for, is parsed when asked for. */
export class StoredEvent implements RecordedEvent {
  readonly position: Position;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly data: object;
  #metadata: string | EventMetadata;

  constructor(row: Omit<EventRow, 'data'>, data: object) {
    this.position = row.position;
    this.stream = row.stream;
    this.revision = row.revision;
    this.id = row.id;
    this.type = row.type;
    this.schemaVersion = row.schemaVersion;
    this.occurredAt = row.occurredAt;
    this.recordedAt = row.recordedAt;
    this.data = data;
    this.#metadata = row.metadata;
  }

  /** @throws SyntaxError the data is not JSON. */
  static of(row: EventRow): StoredEvent {
    return new StoredEvent(row, JSON.parse(row.data) as object);
  }

  get metadata(): EventMetadata {
    if (typeof this.#metadata === 'string') this.#metadata = JSON.parse(this.#metadata) as EventMetadata;
    return this.#metadata;
  }

  get commandId(): string {
    const metadata = this.#metadata;
    const begin = COMMAND_ID_FIRST.length;
    const isFirst = typeof metadata === 'string' && metadata.startsWith(COMMAND_ID_FIRST) && metadata[begin + UUID_LENGTH] === '"';
    return isFirst ? metadata.slice(begin, begin + UUID_LENGTH) : this.metadata.commandId;
  }

  toJSON(): RecordedEvent {
    return { ...this, metadata: this.metadata };
  }
}
