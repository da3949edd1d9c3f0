import autocannon from 'autocannon';
import { someIds } from './application.js';
import { benchmark, inFlight, spreadOf, type Metrics } from './harness.js';
import { picking, randomNumbers } from './random.js';
import { Server } from './server.js';

interface Load {
  name: string;
  request: autocannon.Request;
}

interface Loaded {
  perSecond: number[];
  p50: number[];
  p99: number[];
}

export const http = benchmark({
  name: 'http',
  summary: 'Commands and queries over HTTP, as many as a number of connections can send.',
  options: { connections: 64, seconds: 8, rounds: 3, customers: 10_000 },

  async run({ options, folder, say }) {
    const server = await Server.start(folder());
    const customerIds = someIds(options.customers);
    say(`registering ${options.customers} customers`);
    await inFlight(customerIds.length, 64, (index) => server.command('RegisterCustomer', { customerId: customerIds[index], kind: 'person', name: `Customer ${index}` }));
    const loads = loadsOn(customerIds);
    const measured: Record<string, Loaded> = Object.fromEntries(loads.map(({ name }) => [name, { perSecond: [], p50: [], p99: [] }]));
    for (let round = 0; round < options.rounds; round++) {
      for (const { name, request } of loads) {
        const { requests, latency } = await under(request, server, options.connections, options.seconds);
        measured[name]!.perSecond.push(requests.average);
        measured[name]!.p50.push(latency.p50);
        measured[name]!.p99.push(latency.p99);
        say(`round ${round + 1} of ${options.rounds}: ${name} ${requests.average}/s, p50 ${latency.p50} ms, p99 ${latency.p99} ms`);
      }
    }
    await server.stop();
    const facts = ({ perSecond, p50, p99 }: Loaded): Metrics => ({ perSecond: spreadOf(perSecond), p50Ms: spreadOf(p50).median, p99Ms: spreadOf(p99).median });
    return {
      metrics: {
        ...Object.fromEntries(Object.entries(measured).map(([name, loaded]) => [name, facts(loaded)])),
        connections: options.connections,
        customers: options.customers,
        how: 'autocannon on the same machine, so that it shares the cores with the server; the server feeds every view meanwhile',
      },
      targets: [],
    };
  },
});

function loadsOn(customerIds: readonly string[]): Load[] {
  const next = picking(customerIds, randomNumbers(3));
  let renamed = 0;
  const command = () => JSON.stringify({ customerId: next(), name: `Renamed ${renamed++}` });
  return [
    {
      name: 'commands',
      request: { method: 'POST', path: '/commands/RenameCustomer', headers: { 'content-type': 'application/json' }, setupRequest: (request) => ({ ...request, body: command() }) },
    },
    { name: 'oneRow', request: { method: 'GET', setupRequest: (request) => ({ ...request, path: `/views/customers/${next()}` }) } },
    { name: 'listOf20', request: { method: 'GET', path: '/views/customers?sort=searchName&limit=20' } },
  ];
}

async function under(request: autocannon.Request, { url, authorization }: Server, connections: number, duration: number): Promise<autocannon.Result> {
  const result = await autocannon({ url, connections, duration, requests: [{ ...request, headers: { ...request.headers, authorization } }] });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0) throw new Error(`${failed} of ${result.requests.total} requests failed.`);
  return result;
}
