import type { EventMetadata, Position, RecordedEvent } from '#event-sourcing';
import type { Columns } from './columns.js';
import { commandIdIn } from './stored-event.js';

/** An event that was read with others. */
export class PackedEvent implements RecordedEvent {
  readonly position: Position;
  readonly type: string;
  readonly data: object;
  readonly #columns: Columns;
  readonly #at: number;
  #metadata: EventMetadata | undefined;

  constructor(position: Position, type: string, data: object, columns: Columns, at: number) {
    this.position = position;
    this.type = type;
    this.data = data;
    this.#columns = columns;
    this.#at = at;
  }

  get id(): string {
    return this.#columns.id(this.#at);
  }

  get stream(): string {
    return this.#columns.stream(this.#at);
  }

  get revision(): number {
    return this.#columns.revision(this.#at);
  }

  get schemaVersion(): number {
    return this.#columns.schemaVersion(this.#at);
  }

  get occurredAt(): string {
    return this.#columns.occurredAt(this.#at);
  }

  get recordedAt(): string {
    return this.#columns.recordedAt(this.#at);
  }

  get metadata(): EventMetadata {
    return (this.#metadata ??= JSON.parse(this.#columns.metadata(this.#at)) as EventMetadata);
  }

  get commandId(): string {
    return commandIdIn(this.#columns.metadata(this.#at)) ?? this.metadata.commandId;
  }

  toJSON(): RecordedEvent {
    const { position, stream, revision, id, type, schemaVersion, occurredAt, recordedAt, data, metadata } = this;
    return { position, stream, revision, id, type, schemaVersion, occurredAt, recordedAt, data, metadata };
  }
}
