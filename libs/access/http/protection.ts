import rateLimit from '@fastify/rate-limit';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { Unauthenticated } from '#event-sourcing';
import { RequestProblem } from '#http';
import { type Access } from '../access.js';
import { asVisitor, continueAs, type Visitor } from '../enforcement/visitor.js';
import { type RouteRule } from './allow.js';
import { securityHeaders } from './security-headers.js';

const MINUTE_MS = 60_000;
const FAILURES_A_MINUTE = 30;
const REMEMBERED_CALLERS = 50_000;

/** What only those may read who may read every record with its personal fields. */
const WHOLE: readonly RouteRule[] = ['log', 'audit', 'privacy'];

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent on public routes. */
    visitor?: Visitor;
  }
}

export interface ProtectionOptions {
  /** Requests that one identity may send in a minute. Without it they are not counted. */
  requestsPerMinute?: number;
}

/**
 * The one place that every request passes: security headers, who asks, how often, and whether the route has a rule that
 * lets them in. What a route asks of commands and views afterwards is asked by this visitor.
 */
export async function protect(server: FastifyInstance, access: Access, { requestsPerMinute }: ProtectionOptions = {}): Promise<void> {
  await server.register(rateLimit, { global: false, cache: REMEMBERED_CALLERS });
  const failures = server.createRateLimit({ max: FAILURES_A_MINUTE, timeWindow: MINUTE_MS });
  const requests = requestsPerMinute === undefined ? undefined : server.createRateLimit({ max: requestsPerMinute, timeWindow: MINUTE_MS, keyGenerator: ({ visitor }) => visitor!.subject });

  const headers = securityHeaders();
  // Nearly always nobody has failed, and then nobody needs to be looked up.
  let lastFailure = -Infinity;

  const identified = async (request: FastifyRequest): Promise<Visitor> => {
    const before = performance.now() - lastFailure < MINUTE_MS ? await failures(request, { increment: false }) : undefined;
    if (before && !before.isAllowed && before.remaining === 0) throw tooMany('From your address came too many keys or tokens that are not accepted.', before.ttlInSeconds);
    try {
      return await access.identification.visitorOf(request.headers.authorization);
    } catch (error) {
      // Who shows nothing guesses nothing.
      if (!(error instanceof Unauthenticated) || request.headers.authorization === undefined) throw error;
      lastFailure = performance.now();
      await failures(request);
      throw error;
    }
  };

  server.addHook('onRequest', async (request, reply) => {
    void reply.headers(headers);
    const rule = request.is404 ? 'known' : request.routeOptions.config.allow;
    if (rule === 'public') return;
    const visitor = await identified(request);
    request.visitor = visitor;
    const counted = await requests?.(request);
    if (counted && !counted.isAllowed && counted.isExceeded) throw tooMany(`More than ${requestsPerMinute} requests came in a minute with this key or token.`, counted.ttlInSeconds);
    asVisitor(visitor, () => admit(access, rule, request));
  });
  server.addHook('preHandler', (request, _reply, done) => (request.visitor ? continueAs(request.visitor, done) : done()));
}

function admit({ control }: Access, rule: RouteRule | undefined, request: FastifyRequest): void {
  if (rule === undefined) throw control.refusal('route-without-rule', `${request.method} ${request.routeOptions.url} has no rule that says who may use it, so nobody may.`);
  if (!control.isKnown(request.visitor!)) throw control.refusal('no-role', `You are ${request.visitor!.subject} and have no role. Ask an administrator to grant you one.`);
  if (rule === 'public' || rule === 'known' || rule === 'engine') return;
  if (WHOLE.includes(rule)) control.enterWhole(rule);
  else control.enter(rule);
}

const tooMany = (why: string, seconds: number): RequestProblem => new RequestProblem('too-many-requests', `${why} Come back in ${seconds} s.`, {}, { 'retry-after': String(seconds) });
