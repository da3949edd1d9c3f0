import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { errorFields, StoreUnavailable, type Log } from '#event-sourcing';
import { problemOf } from './problem-of.js';
import { addressOf, PROBLEMS, type Problem } from './problems.js';

/** Requests that fail for want of a store within this time of one another fail in the same outage. */
const SAME_OUTAGE_MS = 60_000;

/**
 * Answers every error as problem+json (RFC 9457). What is our fault is logged with its stack and told without it; that a
 * store is away is logged once, not with each request that finds out.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private lastOutage = -Infinity;

  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    if (error instanceof StoreUnavailable) this.logOutage(error);
    sendProblem(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), error, this.log);
  }

  private logOutage(error: StoreUnavailable): void {
    const now = performance.now();
    if (now - this.lastOutage > SAME_OUTAGE_MS) this.log.error({ ...errorFields(error) }, 'a store cannot be used; requests that need it are answered with 503 until it can');
    this.lastOutage = now;
  }
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: unknown, log: Log): void {
  const { type, detail, more = {}, headers = {} } = problemOf(error);
  const { status, title } = PROBLEMS[type];
  if (status >= 500 && !(error instanceof StoreUnavailable)) log.error({ correlationId: request.id, method: request.method, route: request.routeOptions?.url, ...errorFields(error) }, 'a request failed');
  if (reply.sent || reply.raw.headersSent) return void reply.raw.destroy();
  const problem: Problem = { type: addressOf(type), title, status, detail, instance: pathOf(request.url), correlationId: request.id, ...more };
  for (const [name, value] of Object.entries(headers)) void reply.header(name, value);
  void reply.code(status).header('x-correlation-id', request.id).type('application/problem+json').send(JSON.stringify(problem));
}

const pathOf = (url: string): string => url.split('?', 1)[0]!;
