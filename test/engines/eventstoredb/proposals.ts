import type shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Proposed } from './record.js';

/** Data and metadata of all events of an append together; names do not count. */
export const MAX_APPEND_BYTES = 1_048_576;

interface ProposedOnTheWire {
  getId(): shared.UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
}

/** Undefined where the id is no UUID, or is nil, or the type is empty. */
export function proposedFrom(message: ProposedOnTheWire): Proposed | undefined {
  const id = canonicalId(message.getId()?.getString() ?? '');
  const type = message.getMetadataMap().get('type') ?? '';
  if (id === undefined || type === '') return undefined;
  const contentType = message.getMetadataMap().get('content-type') ?? 'application/octet-stream';
  return { id, type, contentType, data: message.getData_asU8(), metadata: message.getCustomMetadata_asU8() };
}

export const bytesOf = (events: readonly Proposed[]) => events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);

function canonicalId(text: string): string | undefined {
  const digits = text.replace(/[{}-]/g, '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits) || /^0+$/.test(digits)) return undefined;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
