import { openApplication, registerCustomers, rename, someIds, type Application } from './application.js';
import { alternate, atLeast, benchmark, inFlight, ratio, seconds, spreadOf } from './harness.js';
import { picking, randomNumbers } from './random.js';
import { fill, inChild } from './rebuild.js';

const AT_ONCE = 256;

export const privacy = benchmark({
  name: 'privacy',
  summary: 'What it costs to seal personal fields: commands and a rebuild with seals, against the same without.',
  options: { customers: 5_000, commands: 20_000, events: 200_000, rounds: 7 },

  async run({ options, folder, say }) {
    const customerIds = someIds(options.customers);
    const applications = { sealed: await openApplication(folder()), plain: await openApplication(folder(), { seal: false }) };
    say(`registering ${options.customers} customers, each of whom gets a key`);
    const registering = { sealed: await rate(options.customers, () => registerCustomers(applications.sealed, customerIds)), plain: await rate(options.customers, () => registerCustomers(applications.plain, customerIds)) };
    const next = picking(customerIds, randomNumbers(1));
    const commands = await alternate(options.rounds, {
      sealed: () => rate(options.commands, () => renames(applications.sealed, next, options.commands)),
      plain: () => rate(options.commands, () => renames(applications.plain, next, options.commands)),
    }, say);
    for (const application of Object.values(applications)) await application.close();

    const logs = { sealed: folder(), plain: folder() };
    for (const [kind, log] of Object.entries(logs)) {
      say(`appending ${options.events} events, ${kind}`);
      await fill(log, options.events, options.customers, kind === 'sealed');
      await inChild('fill', log);
    }
    const rebuilds = await alternate(options.rounds, { sealed: () => rebuildRate(logs.sealed), plain: () => rebuildRate(logs.plain) }, say);
    const [ofCommands, ofRebuilds] = [ratio(commands.sealed, commands.plain), ratio(rebuilds.sealed, rebuilds.plain)];
    return {
      metrics: {
        commandsSealedToPlain: ofCommands,
        rebuildSealedToPlain: ofRebuilds,
        commandsPerSecondSealed: spreadOf(commands.sealed),
        commandsPerSecondPlain: spreadOf(commands.plain),
        rebuiltPerSecondSealed: spreadOf(rebuilds.sealed),
        rebuiltPerSecondPlain: spreadOf(rebuilds.plain),
        newCustomersSealedToPlain: registering.sealed / registering.plain,
        how: 'commands: one personal field each, of customers whose keys are in memory; rebuild: customer_360 in a process of its own, 45 % of the events sealed, keys read from the store; new customers: each needs a key on the disk first',
      },
      targets: [atLeast('commandsSealedToPlain.median', 0.7, ofCommands.median), atLeast('rebuildSealedToPlain.median', 0.7, ofRebuilds.median)],
    };
  },
});

const rate = async (count: number, work: () => Promise<void>): Promise<number> => count / (await seconds(work));

async function renames(application: Application, next: () => string, count: number): Promise<void> {
  await inFlight(count, AT_ONCE, (index) => application.execute(rename(next(), `Customer ${index} of ${performance.now()}`)));
}

async function rebuildRate(folder: string): Promise<number> {
  const { events, seconds: took } = await inChild('rebuild', folder);
  return events / took;
}
