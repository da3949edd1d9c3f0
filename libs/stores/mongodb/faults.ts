import { MongoBulkWriteError, MongoError, MongoInvalidArgumentError, MongoNetworkError, MongoServerError, MongoSystemError } from 'mongodb';
import { InvalidQuery, QueryTooExpensive, StoreUnavailable } from '#event-sourcing';

/** https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
const AWAY: ReadonlySet<number> = new Set([
  6, 7, 89, 9001, // host not reachable, not found, slow, gone
  91, 11600, // shutting down
  189, 10058, 10107, 11602, 13435, 13436, // no primary (any more)
  63, 133, 150, 13388, // a shard moves, or has no primary
  64, 79, 100, 134, // no majority
  24, 46, 112, 175, 202, 237, 246, 262, 365, 43, 11601, // in the way of another operation, or ended for it
  117, 276, 12586, 12587, // an index is being made
  14031, // disk full
]);
/** What servers from 8.2 on put beside the number. */
const OVERLOADED = ['SystemOverloadedError', 'RetryableWriteError'];
const REFUSED: ReadonlySet<number> = new Set([13, 18, 8000]);
const TOO_LONG = 50;
const TOO_LARGE: ReadonlySet<number> = new Set([146, 292, 10334, 16819, 16820, 16945, 17419]);
/** Below these numbers stand general codes; from there on each place in the server has its own. */
const FIRST_OF_A_PLACE = 10_000;
const BAD_QUERY: ReadonlySet<number> = new Set([2, 4, 5, 9, 14, 15, 16, 17, 28, 52, 56, 57, 72, 168, 238, 241]);
const UNKNOWN_OPERATOR: ReadonlySet<number> = new Set([168, 238, 15952, 15999, 16436, 31325, 40324]);
const DUPLICATE_KEY = 11_000;
const CLIENT_SIDE = ['MongoTopologyClosedError', 'MongoNotConnectedError', 'MongoClientClosedError', 'MongoExpiredSessionError', 'MongoServerClosedError', 'MongoOperationTimeoutError'];

/** Of a collection that is dropped. Not every server gives the number. */
export const isMissing = (error: unknown): boolean => error instanceof MongoServerError && (error.code === 26 || /ns not found/i.test(error.message));

export const isDuplicate = (error: unknown): boolean => codeOf(error) === DUPLICATE_KEY;

/** Tells errors of servers by their number, for those that mean no harm. */
export const hasCode = (error: unknown, ...codes: number[]): boolean => codes.includes(codeOf(error) ?? NaN);

const codeOf = (error: unknown): number | undefined => {
  const code = error instanceof MongoServerError ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
};

/** What the engine is told: that the store is away, where it is. Other errors pass unchanged. */
export function explain(error: unknown, store: string): unknown {
  if (!(error instanceof MongoError)) return error;
  if (REFUSED.has(codeOf(error) ?? NaN)) {
    return new StoreUnavailable(`${store} refuses us: ${error.message}. Check the user, its password and its roles (readWrite).`, { cause: error });
  }
  return isAway(error) ? new StoreUnavailable(`${store} cannot be used at the moment: ${error.message}`, { cause: error }) : error;
}

function isAway(error: MongoError): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoSystemError || CLIENT_SIDE.includes(error.name)) return true;
  // The driver wraps whatever broke a bulk write; what comes of the server has a number, each write its own.
  if (error instanceof MongoBulkWriteError && error.code === undefined) return true;
  const writes = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
  return [codeOf(error), ...writes.map(({ code }) => code)].some((code) => AWAY.has(code ?? NaN)) || OVERLOADED.some((label) => error.hasErrorLabel(label));
}

/** The server's version lacks a part of the query language, which was checked before. */
export function isUnknownOperator(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return false;
  const { message } = error as Error;
  return UNKNOWN_OPERATOR.has(code) || (code === 2 && /unknown (top level )?operator/i.test(message)) || (code === 9 && /unrecognized window function/i.test(message));
}

/** What the asker is told of a query that the server did not answer. Other errors pass unchanged. */
export function explainQuery(error: unknown, timeoutMs: number): unknown {
  if (!(error instanceof MongoError)) return error;
  const code = codeOf(error);
  if (code === TOO_LONG) return tooLong(timeoutMs, error);
  if (code === undefined) return error instanceof MongoInvalidArgumentError ? new InvalidQuery(error.message, { cause: error }) : error;
  if (TOO_LARGE.has(code)) return new QueryTooExpensive(`The query needs more memory than MongoDB gives it: ${error.message}`, { cause: error });
  if (AWAY.has(code) || REFUSED.has(code)) return error;
  const isBad = BAD_QUERY.has(code) || code >= FIRST_OF_A_PLACE;
  return isBad ? new InvalidQuery(`The query cannot be evaluated: ${error.message}`, { cause: error }) : error;
}

/** Of what takes no time on a server that is well. @throws StoreUnavailable it took all that it was allowed. */
export function notInTime(error: unknown): never {
  if (codeOf(error) !== TOO_LONG) throw error;
  throw new StoreUnavailable(`The document store answers too slowly: ${(error as Error).message}`, { cause: error });
}

export const tooLong = (timeoutMs: number, cause?: unknown): QueryTooExpensive =>
  new QueryTooExpensive(`The query took more than the ${timeoutMs} ms allowed. Narrow it.`, { cause });
