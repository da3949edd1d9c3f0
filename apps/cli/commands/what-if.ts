import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { MAX_PAGE, type SupposedDifference } from '#event-sourcing';
import { type Access, type ListParameters } from '../access/access.js';
import { invocationOf, pathOf, wholeNumber, withAccess } from '../invocation.js';
import { Failed, WrongUsage } from '../terminal/exit.js';
import { Lines, note, table, textOf } from '../terminal/output.js';

interface WhatIfOptions {
  policy: string;
  published?: string;
  fields?: string;
  asOf?: string;
  knownAt?: string;
  limit?: number;
  cursor?: string;
  all?: boolean;
}

export function addWhatIf(program: Command): void {
  program
    .command('what-if')
    .description('which rows of a view or an analysis would be others by policies that nobody has published, and why; nothing is stored')
    .argument('<view>', 'a view or an analysis, such as lifecycle or value_classes')
    .requiredOption('--policy <file>', 'JSON: a command that would publish the policy, with its name as "command", or a list of such')
    .addOption(new Option('--published <fate>', 'the published versions do not count (replaced), or come before those of the file (kept)').choices(['replaced', 'kept']))
    .option('--fields <names>', 'only differences in these, with commas')
    .option('--as-of <time>', 'as it was then: a date (that whole day, UTC) or a time')
    .option('--known-at <time>', 'as it was known then')
    .option('--limit <number>', `rows at most, up to ${MAX_PAGE} (default: 50)`, wholeNumber(1))
    .option('--cursor <cursor>', 'goes on where an answer ended: its `next`')
    .option('--all', 'all rows, page after page')
    .option('--lines', 'with --all: one JSON object on each line')
    .action(async (view: string, { policy, published, all, ...options }: WhatIfOptions, command: Command) => {
      if (all && (options.limit !== undefined || options.cursor !== undefined)) throw new WrongUsage('--all goes without --limit and --cursor.');
      const question = questionIn(pathOf(policy), published);
      const { configuration, output } = invocationOf(command);
      await withAccess(configuration, async (access) => {
        const parameters = parametersOf(options);
        if (all) return output.answers(pagesOf(access, view, question, parameters), differencesTable);
        const page = await access.whatIf(view, question, parameters);
        await output.answer(page, () => (page.items.length > 0 ? differencesTable(page.items) : 'Nothing would be different.'));
        if (page.next !== undefined && output.isForPeople) note(`There are more: --cursor ${page.next}, or --all.`);
      });
    });
}

/** @throws Failed the file cannot be read. @throws WrongUsage it is no JSON. */
function questionIn(file: string, published: string | undefined): object {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failed(`The policy ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    const found = JSON.parse(content) as object;
    return { ...('policies' in found ? found : { policies: [found].flat() }), ...(published !== undefined && { published }) };
  } catch (error) {
    throw new WrongUsage(`The policy ${file} is not JSON: ${(error as Error).message}.`);
  }
}

function parametersOf({ fields, asOf, knownAt, limit, cursor }: WhatIfOptions | Omit<WhatIfOptions, 'policy'>): ListParameters {
  const given = Object.entries({ fields, asOf, knownAt, limit: limit?.toString(), cursor });
  return Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function* pagesOf(access: Access, view: string, question: object, parameters: ListParameters): AsyncIterable<readonly SupposedDifference[]> {
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await access.whatIf(view, question, { ...parameters, limit: String(MAX_PAGE), ...(cursor !== undefined && { cursor }) });
    yield page.items;
    [cursor, more] = [page.next, page.next !== undefined];
  }
}

function differencesTable(differences: readonly SupposedDifference[]): string {
  return table(['row', 'what would be different', 'because'], differences.map(({ _id, kind, changes, because: { before, after } }) => [
    _id,
    kind === 'changed' ? new Lines(changes.map(({ path, before: was, after: is }) => `${path}: ${textOf(was)} → ${textOf(is)}`)) : kind,
    new Lines(Object.keys({ ...before, ...after }).map((field) => reason(field, before[field], after[field]))),
  ]));
}

const reason = (field: string, was: unknown, is: unknown): string => (textOf(was) === textOf(is) ? `${field}: ${textOf(was)}` : `${field}: ${textOf(was)} → ${textOf(is)}`);
