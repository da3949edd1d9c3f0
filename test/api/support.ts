import { type AddressInfo } from 'node:net';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Access, accessContext, firstStart, type AccessOptions, type SightingsOptions } from '#access';
import { type ProtectionOptions } from '#access/http';
import { Engine, type Context, type DocumentStore, type EventStore } from '#event-sourcing';
import { currentCorrelationId } from '#http';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { createLogger, Metrics } from '#telemetry';
import { createApi } from '../../apps/api/app.js';

export interface Started {
  app: NestFastifyApplication;
  url: string;
  port: number;
  engine: Engine;
  access: Access;
  /** How far the log was after the first start, which says who may do what. */
  begun: number;
  /** The administrator's key. */
  key: string;
  /** Like `fetch`, of a path, with the administrator's key. */
  fetch: (path: string, init?: RequestInit) => Promise<Response>;
  events: EventStore;
  documents: DocumentStore;
  /** Every line of the log so far. */
  logged: () => Record<string, unknown>[];
  send: (command: string, body: unknown, headers?: Record<string, string>) => Promise<Answered>;
  get: (url: string, headers?: Record<string, string>) => Promise<Answered>;
  post: (url: string, body?: unknown, headers?: Record<string, string>) => Promise<Answered>;
  close: () => Promise<void>;
}

export interface Answered {
  status: number;
  headers: Record<string, string>;
  // Tests look into answers of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

export interface Starting {
  contexts: readonly Context[];
  events?: EventStore;
  documents?: DocumentStore;
  heartbeatMs?: number;
  maxLiveStreams?: number;
  access?: AccessOptions & ProtectionOptions;
}

/** Readings are recorded when a test asks for them or ends, so that the log holds what the test put there. */
const SELDOM: SightingsOptions = { flushMs: 3_600_000 };

/** The application in this process, on stores in memory unless others are given. */
export async function start({ contexts, events = new MemoryEventStore(), documents = new MemoryDocumentStore(), access: letIn, ...limits }: Starting): Promise<Started> {
  const lines: string[] = [];
  const log = createLogger('info', { destination: { write: (line) => void lines.push(line) }, correlationId: currentCorrelationId });
  const all = contexts.includes(accessContext) ? contexts : [...contexts, accessContext];
  const app = await createApi({ engine: { contexts: all, events, documents }, access: { sightings: SELDOM, ...letIn }, log, metrics: new Metrics(), ...limits });
  const [engine, access] = [app.get(Engine), app.get(Access)];
  const { text: key } = await firstStart(engine, access.memory, undefined);
  const begun = await events.head();
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const asAdministrator = (path: string, init: RequestInit = {}) => fetch(url + path, { ...init, headers: { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string>) } });
  const request = async (method: 'GET' | 'POST', path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> => {
    const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await asAdministrator(path, { method, headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers }, redirect: 'manual', ...content });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: Object.fromEntries(response.headers), body: isJson ? (JSON.parse(text) as unknown) : text };
  };
  return {
    app, url, port, events, documents,
    engine, access, begun, key: key!,
    fetch: asAdministrator,
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    send: (command, body, headers) => request('POST', `/commands/${command}`, body, headers),
    get: (url, headers) => request('GET', url, undefined, headers),
    post: (url, body, headers) => request('POST', url, body, headers),
    close: async () => {
      await app.close();
      await events.close();
      await documents.close();
    },
  };
}
