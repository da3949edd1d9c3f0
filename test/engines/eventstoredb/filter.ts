import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { LogRecord } from './record.js';
import { unexpectedRead } from './status.js';

type Options = streams.ReadReq.Options;

/** Which events are wanted, and after how many that were examined the reader is told how far that was. */
export interface Filter {
  wants: (record: LogRecord) => boolean;
  firstCheckpointAfter: number;
  checkpointEvery: number;
}

const EVERYTHING: Filter = { wants: () => true, firstCheckpointAfter: Infinity, checkpointEvery: Infinity };
const DEFAULT_WINDOW = 32;

/** @throws CallFailure the regular expression is none. */
export function filterOf(options: Options): Filter {
  const given = options.getFilter();
  if (!given) return EVERYTHING;
  const byType = given.hasEventType();
  const passes = expression((byType ? given.getEventType() : given.getStreamIdentifier())!);
  const window = given.hasMax() ? given.getMax() : DEFAULT_WINDOW;
  const interval = given.getCheckpointintervalmultiplier();
  return {
    wants: (record) => passes(byType ? record.type : record.stream),
    firstCheckpointAfter: 1 + (interval - 1) * window,
    checkpointEvery: interval * window,
  };
}

function expression(given: streams.ReadReq.Options.FilterOptions.Expression): (text: string) => boolean {
  const prefixes = given.getPrefixList();
  if (given.getRegex() === '') return (text) => prefixes.some((prefix) => text.startsWith(prefix));
  const regex = compiled(given.getRegex());
  return (text) => regex.test(text);
}

function compiled(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw unexpectedRead();
    throw error;
  }
}
