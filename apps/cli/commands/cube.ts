import { InvalidArgumentError, type Command } from 'commander';
import { cubeDescriptions, type CubeAnswer, type CubeFilter, type Scalar } from '#warehouse';
import { invocationOf, names, wholeNumber } from '../invocation.js';
import { WrongUsage } from '../terminal/exit.js';
import { note, rowsTable, table } from '../terminal/output.js';
import { momentOf, namedValue, scalarOf, using, withMoment, type MomentOptions } from './warehouse.js';

interface CubeOptions extends MomentOptions {
  measures?: string[];
  by?: string[];
  where: Record<string, CubeFilter>;
  pivot?: string;
  drill?: Record<string, Scalar>;
  sort?: string;
  events?: number;
  subtotals?: boolean;
  mart?: string;
}

export function addCube(program: Command): void {
  withMoment(program.command('cube'))
    .description('measures by dimensions, as of any moment; without a name: what there is')
    .argument('[cube]', 'such as purchases')
    .option('--measures <names>', 'with commas', names)
    .option('--by <dimensions>', 'what to tell apart, with commas: channel,month', names)
    .option('--where <dimension=value>', 'only these: one value, several with commas, or from..to; may be given again', filter, {})
    .option('--pivot <dimension>', 'one of --by, whose values become columns')
    .option('--drill <dimension=value>', 'a cell of a coarse level, shown in the next finer one', (given: string) => namedValue(given, {}))
    .option('--sort <name>', 'a measure or dimension; -name for descending')
    .option('--events <number>', 'ids of so many events that each cell rests on', wholeNumber(0))
    .option('--mart <id>', 'instead of a cube: all that a department looks at')
    .option('--subtotals', 'sums over the last of --by, over the last two, and so on to the whole')
    .action(async (cube: string | undefined, { measures, by, where, pivot, drill, sort, events, subtotals, mart, ...moment }: CubeOptions, command: Command) => {
      if (mart !== undefined) return showMart(command, mart, cube, moment);
      if (cube === undefined) return describe(command);
      const [level] = Object.entries(drill ?? {}).map(([dimension, value]) => ({ dimension, value }));
      const question = { cube, measures, by, where, pivot, sort, events, subtotals, ...(level && { drill: level }), ...momentOf(moment) };
      await using(command, async (access, { output }) => {
        const answer = await access.cube(JSON.parse(JSON.stringify(question)) as typeof question);
        await output.answer(answer, () => cellsText(answer));
        if (output.isForPeople) note(`Cube ${answer.cube}, version ${answer.version}, as of ${answer.asOf}, position ${answer.position}${answer.truncated ? '; there are more cells: --limit' : ''}.`);
      });
    });
}

async function showMart(command: Command, mart: string, cube: string | undefined, { asOf, knownAt, ...others }: MomentOptions): Promise<void> {
  if (cube !== undefined || Object.keys(others).some((name) => name === 'position')) throw new WrongUsage('--mart goes with --as-of and --known-at alone.');
  await using(command, async (access, { output }) => {
    const found = await access.mart(mart, momentOf({ ...(asOf !== undefined && { asOf }), ...(knownAt !== undefined && { knownAt }) }));
    await output.answer(found, () => [found.department, ...found.answers.map(({ name, answer }) => `${name}\n${cellsText(answer)}`)].join('\n\n'));
  });
}

async function describe(command: Command): Promise<void> {
  const described = cubeDescriptions();
  await invocationOf(command).output.answer(described, () => [
    ...described.cubes.map(({ name, summary, measures, dimensions }) => [
      `${name}: ${summary}`,
      table(['measure or dimension', 'what it tells'], [...measures, ...dimensions].map((each) => [each.name, each.summary])),
    ].join('\n')),
    `From the coarse to the fine: ${described.hierarchies.map((levels) => levels.join(' → ')).join('; ')}.`,
  ].join('\n\n'));
}

function cellsText({ cells, by, table: pivoted, measures }: CubeAnswer): string {
  if (cells.length === 0) return 'Nothing is there.';
  if (!pivoted) return rowsTable(cells);
  const [first] = measures;
  const shown = (cell: Record<string, unknown> | undefined) => (measures.length === 1 ? cell?.[first!] : cell && measures.map((name) => `${name} ${String(cell[name])}`).join(', '));
  const columns = pivoted.columns.map(String);
  const down = by.filter((name) => name in (pivoted.rows[0] ?? {}));
  return table([...down, ...columns], pivoted.rows.map(({ cells: across, ...row }) => [...down.map((name) => row[name]), ...columns.map((column) => shown(across[column]))]));
}

function filter(given: string, known: Record<string, CubeFilter>): Record<string, CubeFilter> {
  const [, name, text] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  if (name === undefined || text === undefined) throw new InvalidArgumentError('It must be dimension=value, dimension=one,other or dimension=from..to.');
  const [from, to] = text.split('..');
  if (to !== undefined) return { ...known, [name]: { ...(from !== '' && { from: from! }), ...(to !== '' && { to }) } };
  const values = text.split(',').map(scalarOf);
  return { ...known, [name]: values.length === 1 ? values[0]! : values };
}
