import { HttpException } from '@nestjs/common';
import {
  AppendTooLarge, BuildUnderWay, CommandIdReused, ConcurrencyConflict, Forbidden, InvalidCommand, InvalidQuery, NotLive, NotYetThere,
  QueryTooExpensive, Rejection, StoreUnavailable, Unauthenticated, UnknownAnalysis, UnknownCommand, UnknownView, WrongExpectedRevision, type Class,
} from '#event-sourcing';
import { PROBLEMS, RequestProblem, type ProblemType } from './problems.js';

export interface Told {
  type: ProblemType;
  detail: string;
  more?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
}

const AFTER_A_SECOND = { 'retry-after': '1' };
const AFTER_A_WHILE = { 'retry-after': '5' };
const OURS: Told = { type: 'internal-error', detail: 'Something went wrong here that the request is not to blame for. It is logged under the correlationId.' };

type Tell = (error: never) => Omit<Told, 'detail'> & { detail?: string };

/** What each error of the engine is over HTTP. */
const TOLD: readonly (readonly [Class, Tell])[] = [
  [RequestProblem, ({ type, more, headers }: RequestProblem) => ({ type, more, headers })],
  [Unauthenticated, () => ({ type: 'unauthenticated', headers: { 'www-authenticate': 'Bearer' } })],
  [Forbidden, ({ code }: Forbidden) => ({ type: 'forbidden', more: { code } })],
  [InvalidCommand, ({ command, fields }: InvalidCommand) => ({ type: 'invalid-command', more: { command, fields } })],
  [Rejection, ({ kind, code, details }: Rejection) => ({ type: REJECTED[kind], more: { code, details } })],
  [InvalidQuery, () => ({ type: 'invalid-query' })],
  [QueryTooExpensive, () => ({ type: 'query-too-expensive' })],
  [UnknownView, () => ({ type: 'unknown-view' })],
  [UnknownAnalysis, () => ({ type: 'unknown-analysis' })],
  [UnknownCommand, ({ command }: UnknownCommand) => ({ type: 'unknown-command', detail: `There is no command ${command}. GET /commands lists all.` })],
  [CommandIdReused, ({ commandId, usedFor }: CommandIdReused) => ({ type: 'command-id-reused', more: { commandId, usedFor } })],
  [ConcurrencyConflict, ({ stream, expected, actual }: ConcurrencyConflict) => ({ type: 'concurrency-conflict', more: { stream, expected, actual }, headers: AFTER_A_SECOND })],
  [WrongExpectedRevision, () => ({ type: 'concurrency-conflict', headers: AFTER_A_SECOND })],
  [AppendTooLarge, ({ bytes }: AppendTooLarge) => ({ type: 'too-large', more: { bytes } })],
  [NotYetThere, ({ view, asked, position }: NotYetThere) => ({ type: 'not-yet-there', more: { view, asked, position }, headers: AFTER_A_SECOND })],
  [NotLive, () => ({ type: 'wrong-state', more: { code: 'view-not-live' } })],
  [BuildUnderWay, () => ({ type: 'wrong-state', more: { code: 'view-being-rebuilt' } })],
  [StoreUnavailable, () => ({ type: 'unavailable', detail: 'The store cannot be reached or written at the moment. Repeat the request.', headers: AFTER_A_WHILE })],
];

const REJECTED = { 'not-found': 'not-found', 'wrong-state': 'wrong-state', invalid: 'rule-broken' } as const;

const BY_STATUS: Readonly<Record<number, ProblemType>> = {
  404: 'not-found', 405: 'method-not-allowed', 413: 'too-large', 414: 'address-too-long', 415: 'unsupported-media-type',
  422: 'rule-broken', 429: 'too-many-requests', 431: 'headers-too-large', 503: 'unavailable',
};

/** Of these the framework says only their names. */
const WITH_REMEDY: readonly number[] = [413, 415];

/** What to tell the caller of an error. What is not known to be the caller's is ours, and its text stays here. */
export function problemOf(error: unknown): Told {
  const known = TOLD.find(([type]) => error instanceof type);
  if (known) return { detail: (error as Error).message, ...known[1](error as never) };
  const status = statusOf(error);
  if (status === undefined || (status >= 500 && status !== 503)) return OURS;
  if (WITH_REMEDY.includes(status)) return { type: BY_STATUS[status]!, detail: PROBLEMS[BY_STATUS[status]!].remedy };
  const text = (error as Error).message.replace(/^Cannot (\S+ \S+)$/, 'There is nothing at $1. /openapi.json lists all routes.');
  return { type: BY_STATUS[status] ?? 'invalid-request', detail: sentence(text), ...(status === 503 && { headers: AFTER_A_WHILE }) };
}

/** Status of an error that Nest or Fastify made. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown };
  return typeof statusCode === 'number' && typeof code === 'string' && code.startsWith('FST_') ? statusCode : undefined;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
