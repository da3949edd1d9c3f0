import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openApplication, registerCustomers, rename, someIds } from './application.js';
import { alternate, atLeast, benchmark, rateOver, ratio, spreadOf, type Metrics } from './harness.js';
import { picking, randomNumbers } from './random.js';

/** A library that renames customers. */
interface Contender {
  durability: string;
  /** Commands at once: as many as it stands, or as make it fastest. */
  inFlight: number;
  rename: (customerId: string, name: string) => Promise<unknown>;
  close: () => Promise<unknown>;
}

type Opening = (given: { folder: string; customerIds: readonly string[] }) => Promise<Contender>;

const PEERS = {
  emmett: { library: '@event-driven-io/emmett-sqlite', file: 'emmett.js' },
  ocoda: { library: '@ocoda/event-sourcing', file: 'ocoda.js' },
  eventNest: { library: '@event-nest/core', file: 'event-nest.js' },
};
type Peer = keyof typeof PEERS;

export const peers = benchmark({
  name: 'peers',
  summary: 'The same command, a rename, on other event-sourcing libraries for Node.',
  options: { customers: 10_000, seconds: 3, rounds: 5 },

  async run({ options, folder, say }) {
    install(say);
    const customerIds = someIds(options.customers);
    const contenders = { ours: await ours(folder(), customerIds) } as Record<'ours' | Peer, Contender>;
    for (const name of Object.keys(PEERS) as Peer[]) {
      const { library, file } = PEERS[name];
      say(`${library}: registering ${options.customers} customers`);
      const { open } = (await import(pathToFileURL(join(INSTALLED, file)).href)) as { open: Opening };
      contenders[name] = await open({ folder: folder(), customerIds });
    }
    const rates = await alternate(options.rounds, {
      ours: measuring(contenders.ours, customerIds, options.seconds),
      emmett: measuring(contenders.emmett, customerIds, options.seconds),
      ocoda: measuring(contenders.ocoda, customerIds, options.seconds),
      eventNest: measuring(contenders.eventNest, customerIds, options.seconds),
    }, say);
    for (const { close } of Object.values(contenders)) await close();

    const facts = (name: 'ours' | Peer): Metrics => ({ commandsPerSecond: spreadOf(rates[name]), durability: contenders[name].durability, inFlight: contenders[name].inFlight });
    const times = { emmett: ratio(rates.ours, rates.emmett), ocoda: ratio(rates.ours, rates.ocoda), eventNest: ratio(rates.ours, rates.eventNest) };
    return {
      metrics: {
        ours: facts('ours'),
        ...Object.fromEntries((Object.keys(PEERS) as Peer[]).map((name) => [name, { ...facts(name), library: version(PEERS[name].library) }])),
        timesPeer: times,
        customers: options.customers,
        secondsPerRound: options.seconds,
      },
      targets: [
        atLeast('timesPeer.emmett.median', 20, times.emmett.median),
        atLeast('timesPeer.ocoda.median', 1, times.ocoda.median),
        atLeast('timesPeer.eventNest.median', 1, times.eventNest.median),
      ],
    };
  },
});

async function ours(folder: string, customerIds: readonly string[]): Promise<Contender> {
  const application = await openApplication(folder);
  await registerCustomers(application, customerIds);
  return {
    durability: 'SQLite file, journal_mode=WAL, synchronous=FULL: one fsync for the commands that came meanwhile',
    inFlight: 256,
    rename: (customerId, name) => application.execute(rename(customerId, name)),
    close: () => application.close(),
  };
}

/** Every contender is asked to rename the same customers in the same order. */
function measuring({ rename, inFlight }: Contender, customerIds: readonly string[], seconds: number): (round: number) => Promise<number> {
  return (round) => {
    const next = picking(customerIds, randomNumbers(round));
    let renamed = 0;
    return rateOver(seconds, inFlight, () => rename(next(), `Customer ${round}.${renamed++}`));
  };
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SOURCE = join(ROOT, 'test/bench/peers');
const INSTALLED = join(ROOT, 'node_modules/.cache/guanxi-bench-peers');

/** Whether the peers are there as their lock file says. */
export function peersAreInstalled(): boolean {
  const lock = join(INSTALLED, 'package-lock.json');
  if (!existsSync(join(INSTALLED, 'node_modules/.package-lock.json')) || !existsSync(lock)) return false;
  return readFileSync(lock, 'utf8') === readFileSync(join(SOURCE, 'package-lock.json'), 'utf8');
}

/**
 * Installs the peers and their programs, where they are not yet. They live beside the installed packages and not in
 * their source folder, because the build compiles all that lies under test/.
 */
function install(say: (line: string) => void): void {
  const present = peersAreInstalled();
  mkdirSync(INSTALLED, { recursive: true });
  cpSync(SOURCE, INSTALLED, { recursive: true, filter: (path) => !path.includes('node_modules', SOURCE.length) });
  if (present) return;
  say('installing the peers (only for this benchmark) …');
  execFileSync('npm', ['ci', '--silent'], { cwd: INSTALLED, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
}

function version(name: string): string {
  const { version } = JSON.parse(readFileSync(join(INSTALLED, 'node_modules', name, 'package.json'), 'utf8')) as { version: string };
  return `${name} ${version}`;
}
