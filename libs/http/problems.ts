import { MAX_APPEND_BYTES } from '#event-sourcing';

/** Every kind of error that this service answers with: its status, its title, and what to do about it. */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid', remedy: 'A header, a parameter or the body is not what the route takes; the detail says which and what to change.' },
  'malformed-json': { status: 400, title: 'The JSON cannot be read', remedy: 'Send JSON as of RFC 8259, without the keys that the detail names.' },
  'invalid-command': { status: 400, title: 'The command is not valid', remedy: 'Change the fields that `fields` names. The schema of each command is in /openapi.json.' },
  'invalid-query': { status: 400, title: 'The query is not valid', remedy: "Filters, sorts and pipelines are in MongoDB's language, limited to what the detail lists." },
  'unauthenticated': { status: 401, title: 'It is not known who asks', remedy: 'Send a key or a token in the header "Authorization: Bearer …". The first start of the server says where the administrator\'s key is.' },
  'forbidden': { status: 403, title: 'You may not do this', remedy: 'The detail says what is missing; an administrator grants roles. `code` is for programs.' },
  'not-found': { status: 404, title: 'There is no such thing', remedy: 'Check the id or the address; /openapi.json lists all routes.' },
  'unknown-command': { status: 404, title: 'There is no such command', remedy: 'GET /commands lists them.' },
  'unknown-view': { status: 404, title: 'There is no such view', remedy: 'GET /views lists them.' },
  'unknown-analysis': { status: 404, title: 'There is no such analysis', remedy: 'GET /analyses lists them.' },
  'method-not-allowed': { status: 405, title: 'The address does not take this method', remedy: 'Use one of the methods in the header Allow.' },
  'wrong-state': { status: 409, title: 'The present state forbids it', remedy: 'The detail says what stands in the way; `code` is for programs.' },
  'concurrency-conflict': { status: 409, title: 'Others changed it at the same time', remedy: 'Nothing was stored. Send the command again with the same Idempotency-Key.' },
  'not-yet-there': { status: 412, title: 'The view is not that new yet', remedy: 'Ask again after Retry-After, wait longer with `timeout`, or ask without `after` for what there is.' },
  'too-large': { status: 413, title: 'It is too large', remedy: `A body has at most 1 MiB; the events of a command together at most ${MAX_APPEND_BYTES} bytes.` },
  'address-too-long': { status: 414, title: 'The address is too long', remedy: 'Shorten the query; a pipeline goes into the body of POST /views/{view}/aggregate.' },
  'unsupported-media-type': { status: 415, title: 'The body is of another media type', remedy: 'Send JSON with the header "Content-Type: application/json".' },
  'rule-broken': { status: 422, title: 'A rule forbids it', remedy: 'The detail says what to change in the command; `code` is for programs.' },
  'command-id-reused': { status: 422, title: 'The Idempotency-Key belongs to another command', remedy: 'Give each command a key of its own, and repeat a command with its own key.' },
  'query-too-expensive': { status: 422, title: 'The query takes too much', remedy: 'Filter first, group further, or limit the answer.' },
  'too-many-requests': { status: 429, title: 'There are too many of these', remedy: 'Close some, or come back after Retry-After.' },
  'headers-too-large': { status: 431, title: 'The headers are too large', remedy: 'Send fewer or shorter headers: 16 KiB fit.' },
  'internal-error': { status: 500, title: 'It is our fault', remedy: 'Report the correlationId: the log has the rest. Repeating a command with its Idempotency-Key is safe.' },
  'unavailable': { status: 503, title: 'It cannot be done at the moment', remedy: 'Repeat it after Retry-After; with an Idempotency-Key a command still happens only once.' },
} as const;

export type ProblemType = keyof typeof PROBLEMS;

/** RFC 9457, problem+json. More fields than these come with some types. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  correlationId: string;
  [more: string]: unknown;
}

/** An error of the request itself, found before the engine is asked. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  constructor(
    readonly type: ProblemType,
    message: string,
    readonly more: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** `/problems/not-found`: an address of this service that explains the problem. */
export const addressOf = (type: ProblemType): string => `/problems/${type}`;
