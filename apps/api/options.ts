import { type AccessOptions } from '#access';
import { type ProtectionOptions } from '#access/http';
import { type AuditPlaces } from '#audit';
import { type DeliveryPlaces } from '#delivery';
import { type EngineModuleOptions } from '#event-sourcing/nest';
import { type SubjectKeys } from '#privacy';
import { type Logger, type Metrics } from '#telemetry';

export interface ApiOptions {
  /** Contexts, stores and settings of the engine that the application hosts. */
  engine: Omit<EngineModuleOptions, 'log' | 'telemetry' | 'authority'>;
  /** Where people's tokens come from, how often anybody may ask. Default: keys alone, and as often as they like. */
  access?: AccessOptions & ProtectionOptions;
  /** Where the audit key and heads are, and how often heads are made. Default: in memory, and only when asked for. */
  audit?: AuditPlaces & { everySeconds?: number };
  /** Where messages go that leave the firm. Default: they are kept in memory. */
  delivery?: DeliveryPlaces;
  /** Keys of the persons whom events are about. Default: in memory. */
  keys?: SubjectKeys;
  log: Logger;
  metrics: Metrics;
  /** Milliseconds of silence after which an event stream gives a sign of life. Default 15,000. */
  heartbeatMs?: number;
  /** Event streams that may be open at once. Default 500. */
  maxLiveStreams?: number;
}

export const API_OPTIONS = Symbol('options of the API');
