import { type Command } from 'commander';
import { categoryOf, type RecordedEvent } from '#event-sourcing';
import { type Access } from '../access/access.js';
import { invocationOf, names, wholeNumber, withAccess } from '../invocation.js';
import { Failed, WrongUsage } from '../terminal/exit.js';
import { note, table } from '../terminal/output.js';

interface StreamOptions {
  all?: boolean;
  backwards?: boolean;
  from?: number;
  after?: number;
  limit: number;
  type?: string[];
  category?: string[];
}

export function addStream(program: Command): void {
  program
    .command('stream')
    .description('events of one stream, such as customer-42, or of the whole log')
    .argument('[stream]', 'a stream: <kind>-<id>')
    .option('--all', 'the whole log, in the order in which it came about')
    .option('--backwards', 'the last event of the stream first')
    .option('--from <revision>', 'the first revision of the stream to read', wholeNumber(0))
    .option('--after <position>', 'with --all: events after this position', wholeNumber(0))
    .option('--type <names>', 'with --all: only events of these types, with commas', names)
    .option('--category <names>', 'with --all: only events of these kinds of streams, with commas', names)
    .option('--limit <number>', 'events at most', wholeNumber(1), 100)
    .option('--lines', 'one JSON object on each line')
    .action(async (stream: string | undefined, options: StreamOptions, command: Command) => {
      check(stream, options);
      const { configuration, output } = invocationOf(command);
      await withAccess(configuration, async (access) => {
        const counted = counting(stream === undefined ? readLog(access, options) : readStream(access, stream, options));
        await output.answers(counted.pages, (events) => eventsTable(events, stream === undefined));
        if (counted.count === 0 && stream !== undefined) throw new Failed(`There are no such events of ${stream}.`);
        if (counted.count === options.limit && output.isForPeople) note(`These are the first ${options.limit}; there may be more: ${goOn(counted.last!, stream, options)}.`);
      });
    });
}

function check(stream: string | undefined, { all, backwards, from, after, type, category }: StreamOptions): void {
  if ((stream === undefined) === (all !== true)) throw new WrongUsage('Name a stream, such as customer-42, or give --all.');
  if (all && (backwards || from !== undefined)) throw new WrongUsage('--backwards and --from are for one stream; the log is read with --after.');
  if (!all && (after !== undefined || type || category)) throw new WrongUsage('--after, --type and --category go with --all.');
}

function readLog(access: Access, { after = 0, type, category, limit }: StreamOptions) {
  return access.log({ after, limit, ...(type && { types: type }), ...(category && { categories: category }) });
}

function readStream(access: Access, stream: string, { backwards, from, limit }: StreamOptions) {
  const category = categoryOf(stream);
  const direction = backwards ? 'backwards' : 'forwards';
  return access.stream(category, stream.slice(category.length + 1), { direction, limit, ...(from !== undefined && { from }) });
}

/** The same pages, and what they came to. */
function counting(source: AsyncIterable<readonly RecordedEvent[]>) {
  const counted = { count: 0, last: undefined as RecordedEvent | undefined, pages: pages() };
  return counted;

  async function* pages(): AsyncIterable<readonly RecordedEvent[]> {
    for await (const events of source) {
      counted.count += events.length;
      counted.last = events.at(-1) ?? counted.last;
      yield events;
    }
  }
}

function goOn({ position, revision }: RecordedEvent, stream: string | undefined, { backwards }: StreamOptions): string {
  if (stream === undefined) return `--after ${position}`;
  return `--from ${backwards ? Math.max(0, revision - 1) : revision + 1}`;
}

function eventsTable(events: readonly RecordedEvent[], ofLog: boolean): string {
  return table(
    ofLog ? ['position', 'stream', 'occurred', 'type', 'by', 'data'] : ['revision', 'occurred', 'type', 'by', 'data'],
    events.map(({ position, stream, revision, occurredAt, type, metadata, data }) => [
      ...(ofLog ? [position, stream] : [revision]), occurredAt, type, metadata.actor, data,
    ]),
  );
}
