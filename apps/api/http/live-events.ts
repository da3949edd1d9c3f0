import { Readable } from 'node:stream';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Access, type Visitor } from '#access';
import { Engine, errorFields, type EventPage, type Log, type SubscribeOptions } from '#event-sourcing';
import { comment, message, RequestProblem, withHeartbeat } from '#http';
import { API_OPTIONS, type ApiOptions } from '../options.js';

const MAX_LIVE = 500;
const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 2_000;
const PAGE_SIZE = 100;

/** The open event streams. Each reads the log at the pace of its reader, and ends with its connection or with the application. */
@Injectable()
export class LiveEvents implements BeforeApplicationShutdown {
  private readonly open = new Map<AbortController, Visitor>();
  private readonly log: Log;
  private readonly heartbeatMs: number;
  private readonly max: number;

  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(Access) private readonly access: Access,
    @Inject(API_OPTIONS) { log, heartbeatMs = HEARTBEAT_MS, maxLiveStreams = MAX_LIVE }: ApiOptions,
  ) {
    this.log = log;
    this.heartbeatMs = heartbeatMs;
    this.max = maxLiveStreams;
    access.memory.onChange(() => this.endRefused());
  }

  get count(): number {
    return this.open.size;
  }

  /** @throws RequestProblem too many are open. */
  send(request: FastifyRequest, reply: FastifyReply, from: SubscribeOptions): void {
    if (this.open.size >= this.max) throw new RequestProblem('too-many-requests', `${this.max} event streams are open, which is all there may be.`, {}, { 'retry-after': '10' });
    void reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' });
    if (request.method === 'HEAD') return void reply.send();
    const ending = new AbortController();
    this.open.set(ending, request.visitor!);
    reply.raw.once('close', () => this.end(ending));
    const { visitor } = request;
    void reply.send(Readable.from(this.messages(from, ending, visitor!, request.id), { objectMode: false, highWaterMark: 65_536 }));
  }

  beforeApplicationShutdown(): void {
    for (const ending of this.open.keys()) this.end(ending);
  }

  /** A stream ends with the right to read it: when a role or key is revoked, when a token is over. */
  private endRefused(): void {
    for (const [ending, visitor] of this.open) if (!this.mayGoOn(visitor)) this.end(ending);
  }

  private mayGoOn(visitor: Visitor): boolean {
    return this.access.control.mayEnterWhole(visitor, 'log');
  }

  private end(ending: AbortController): void {
    this.open.delete(ending);
    ending.abort();
  }

  private async *messages(from: SubscribeOptions, ending: AbortController, visitor: Visitor, correlationId: string): AsyncGenerator<string> {
    yield `retry: ${RECONNECT_MS}\n\n`;
    let live = false;
    const pages = this.engine.events.subscribe({ ...from, pageSize: PAGE_SIZE, signal: ending.signal });
    try {
      for await (const page of withHeartbeat(pages, this.heartbeatMs, undefined)) {
        if (!this.mayGoOn(visitor)) return;
        yield page ? textOf(page, live) : comment('still here');
        live ||= page?.caughtUp === true;
      }
    } catch (error) {
      // The reader reconnects and goes on after the last id that it has.
      this.log.error({ correlationId, ...errorFields(error) }, 'an event stream broke');
    } finally {
      this.end(ending);
    }
  }
}

/** Events with their positions as ids; once the end of the log is reached, that is said once. */
function textOf({ events, position, caughtUp }: EventPage, live: boolean): string {
  const texts = events.map((event) => message({ id: event.position, data: event }));
  if (caughtUp && !live) texts.push(message({ id: position, event: 'caught-up', data: { position } }));
  return texts.length > 0 ? texts.join('') : comment(`nothing up to ${position}`);
}
