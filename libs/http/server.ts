import { type Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, type FastifyServerOptions } from 'fastify';
import { v7 } from 'uuid';
import { type Log } from '#event-sourcing';
import { currentScope, inScope } from '#scope';
import { parseJson } from './json.js';
import { sendProblem } from './problem.filter.js';
import { addressOf, PROBLEMS, RequestProblem } from './problems.js';

const MAX_BODY_BYTES = 1_048_576;
const MAX_ADDRESS = 8_192;
const MAX_PARAMETER = 500;
const RECEIVING_MS = 30_000;
const SWEEP_MS = 50;
const CORRELATION_ID = /^[A-Za-z0-9._:/=+-]{1,128}$/;

/** Counts requests; {@link Metrics} of `#telemetry` does. */
export interface RequestTelemetry {
  requestHandled(method: string, route: string, status: number, milliseconds: number): void;
}

export interface ServerSurroundings {
  log: Log;
  telemetry: RequestTelemetry;
}

/** Of the request that is being handled; undefined outside of one. For the lines of a log. */
export const currentCorrelationId = (): string | undefined => currentScope()?.correlationId;

/** A Fastify for Nest with limits, correlation ids, a log line and a measurement for each request. */
export function httpAdapter({ log, telemetry }: ServerSurroundings): FastifyAdapter {
  const options: FastifyServerOptions = {
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: RECEIVING_MS,
    routerOptions: { maxParamLength: MAX_PARAMETER },
    genReqId: ({ headers }) => (isCorrelationId(headers['x-correlation-id']) ? headers['x-correlation-id'] : v7()),
    // Errors of the router come before any hook and any filter.
    frameworkErrors: (error, request, reply) => sendProblem(request, reply, error, log),
    clientErrorHandler: answerUnreadable,
  };
  const adapter = new FastifyAdapter(options);
  const server: FastifyInstance = adapter.getInstance();
  server.removeContentTypeParser(['application/json', 'text/plain']);
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as string, 'The body'));
    } catch (error) {
      done(error as Error);
    }
  });
  server.addHook('onRequest', (request, reply, done) => done(refusal(request, reply)));
  server.addHook('preHandler', (request, _reply, done) => inScope({ correlationId: request.id }, done));
  server.addHook('onResponse', (request, reply, done) => {
    recordRequest(request, reply, { log, telemetry });
    done();
  });
  server.addHook('preClose', (done) => {
    sweepConnections(server);
    done();
  });
  refuseOtherMethods(server);
  return adapter;
}

/** A connection whose last answer ends while the server closes would stay open for as long as its client likes. */
function sweepConnections({ server }: FastifyInstance): void {
  if (!server.listening) return;
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  server.once('close', () => clearInterval(sweep));
}

function refusal(request: FastifyRequest, reply: FastifyReply): Error | undefined {
  void reply.headers({ 'x-correlation-id': request.id, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  const given = request.headers['x-correlation-id'];
  if (given !== undefined && !isCorrelationId(given)) {
    return new RequestProblem('invalid-request', 'The header X-Correlation-Id must be 1 to 128 letters, digits or any of . _ : / = + -');
  }
  if (request.url.length <= MAX_ADDRESS) return undefined;
  return new RequestProblem('address-too-long', `The address has ${request.url.length} characters; ${MAX_ADDRESS} fit.`);
}

function isCorrelationId(value: unknown): value is string {
  return typeof value === 'string' && CORRELATION_ID.test(value);
}

function recordRequest(request: FastifyRequest, reply: FastifyReply, { log, telemetry }: ServerSurroundings): void {
  const { method, id: correlationId, routeOptions } = request;
  const status = reply.statusCode;
  const milliseconds = Math.round(reply.elapsedTime * 1000) / 1000;
  const route = request.is404 ? 'none' : (routeOptions.url ?? 'none');
  telemetry.requestHandled(method, route, status, reply.elapsedTime);
  log.info({ correlationId, method, route, path: request.url.split('?', 1)[0], status, milliseconds }, 'request');
}

/** What does not even parse as HTTP gets the answer by hand, for there is no request to reply to. */
function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const type = error.code === 'HPE_HEADER_OVERFLOW' ? 'headers-too-large' : 'invalid-request';
  const { status, title } = PROBLEMS[type];
  const detail = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'The request did not arrive in time.' : 'The request is not well-formed HTTP, or its headers are too large.';
  const correlationId = v7();
  const body = JSON.stringify({ type: addressOf(type), title, status, detail, instance: '/', correlationId });
  const head = [`HTTP/1.1 ${status} ${title}`, 'Connection: close', 'Content-Type: application/problem+json', `X-Correlation-Id: ${correlationId}`];
  socket.end([...head, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'));
}

/** An address that exists for other methods is told so: 405 with Allow, instead of 404. */
function refuseOtherMethods(server: FastifyInstance): void {
  const known: { method: string; parts: string[] }[] = [];
  server.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) known.push({ method: each, parts: url.split('/') });
  });
  server.addHook('onRequest', (request, _reply, done) => {
    if (!request.is404) return done();
    const parts = request.url.split('?', 1)[0]!.split('/');
    const fitting = known.filter((route) => route.parts.length === parts.length && route.parts.every((part, index) => part.startsWith(':') ? parts[index] !== '' : part === parts[index]));
    if (fitting.length === 0) return done();
    const allow = [...new Set(fitting.map(({ method }) => method))].sort().join(', ');
    done(new RequestProblem('method-not-allowed', `${request.method} is not possible here; allowed: ${allow}.`, {}, { allow }));
  });
}
