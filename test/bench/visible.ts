import { setTimeout as pause } from 'node:timers/promises';
import { someIds } from './application.js';
import { atMost, benchmark, inFlight, latenciesOf } from './harness.js';
import { picking, randomNumbers } from './random.js';
import { Server } from './server.js';

const VIEW = 'customers';

export const visible = benchmark({
  name: 'visible',
  summary: 'From sending a command over HTTP to seeing its effect in a view over HTTP, commands coming at a fixed rate.',
  options: { perSecond: 500, seconds: 20, customers: 10_000 },

  async run({ options, folder, say }) {
    const server = await Server.start(folder());
    const customerIds = someIds(options.customers);
    say(`registering ${options.customers} customers`);
    await inFlight(customerIds.length, 64, (index) => server.command('RegisterCustomer', { customerId: customerIds[index], kind: 'person', name: `Customer ${index}` }));
    await openLoop(server, customerIds, { ...options, seconds: Math.min(2, options.seconds) });
    say(`sending ${options.perSecond} commands a second for ${options.seconds} s`);
    const { answered, seen } = await openLoop(server, customerIds, options);
    await server.stop();
    const visibleMs = latenciesOf(seen);
    return {
      metrics: {
        visibleMs,
        commandAnsweredMs: latenciesOf(answered),
        commandsPerSecond: options.perSecond,
        how: 'a process of its own serves HTTP and feeds every view; each command has its moment, whether earlier ones are answered or not; '
          + `the clock runs from that moment to the answer of GET /views/${VIEW}/ID?after=POSITION, checked to hold the new name`,
      },
      targets: [atMost('visibleMs.p99', 100, visibleMs.p99)],
    };
  },
});

/** Commands at their moments, answered or not: a slow answer delays no other command, and its wait counts. */
async function openLoop(server: Server, customerIds: readonly string[], { perSecond, seconds }: { perSecond: number; seconds: number }) {
  const answered: number[] = [];
  const seen: number[] = [];
  const next = picking(customerIds, randomNumbers(seconds));
  const begin = performance.now();
  const running: Promise<void>[] = [];
  for (let sent = 0; sent < perSecond * seconds; ) {
    const now = performance.now();
    for (; sent < perSecond * seconds && begin + (sent * 1000) / perSecond <= now; sent++) {
      running.push(renameAndSee(server, next(), `Customer ${sent} ${begin}`, begin + (sent * 1000) / perSecond, answered, seen));
    }
    await pause(1);
  }
  await Promise.all(running);
  return { answered, seen };
}

async function renameAndSee(server: Server, customerId: string, name: string, moment: number, answered: number[], seen: number[]): Promise<void> {
  const { position } = await server.command('RenameCustomer', { customerId, name });
  answered.push(performance.now() - moment);
  const { status, body } = await server.get(`/views/${VIEW}/${customerId}?after=${position}`);
  seen.push(performance.now() - moment);
  const { item, position: at } = body as { item?: { name?: string }; position: number };
  // A later command may have renamed the customer again by then.
  if (status !== 200 || (item?.name !== name && at === position)) throw new Error(`After position ${position} ${VIEW} answered ${status}: ${JSON.stringify(body)}`);
}
