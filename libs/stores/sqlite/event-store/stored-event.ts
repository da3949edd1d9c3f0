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

/** The command id in metadata of the engine, without parsing it; undefined where it is written in another way. */
export function commandIdIn(metadata: string): string | undefined {
  const end = COMMAND_ID_FIRST.length + UUID_LENGTH;
  return metadata.startsWith(COMMAND_ID_FIRST) && metadata[end] === '"' ? metadata.slice(COMMAND_ID_FIRST.length, end) : undefined;
}

/** An event that is read from memory. Its metadata, which few readers ask for, is parsed when asked for. */
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
    return (typeof this.#metadata === 'string' ? commandIdIn(this.#metadata) : undefined) ?? this.metadata.commandId;
  }

  toJSON(): RecordedEvent {
    return { ...this, metadata: this.metadata };
  }
}
