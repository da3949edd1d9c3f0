import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStream } from './event-stream.js';

const MAIN = fileURLToPath(new URL('../../apps/api/main.js', import.meta.url));

let folder: string;
const processes: Running[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guanxi-main-'));
});
afterEach(async () => {
  for (const { child } of processes.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** The application as a process of its own, as `npm start` runs it. */
class Running {
  out = '';
  errors = '';
  readonly exit: Promise<number | null>;

  constructor(readonly child: ChildProcess) {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.out += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    this.exit = once(child, 'exit').then(([code]) => code as number | null);
  }

  static start(env: Record<string, string> = {}, [program, ...before]: [string, ...string[]] = [process.execPath]): Running {
    const given = { PATH: process.env['PATH'], GUANXI_DATA: folder, GUANXI_PORT: '0', ...env };
    const running = new Running(spawn(program, [...before, MAIN], { env: given, stdio: ['ignore', 'pipe', 'pipe'] }));
    processes.push(running);
    return running;
  }

  /** Its address, once it has said it. */
  async url(): Promise<string> {
    for (;;) {
      const said = /^Guanxi answers at (\S+)$/m.exec(this.out);
      if (said && this.out.includes('Ctrl-C')) return said[1]!;
      if (this.child.exitCode !== null) throw new Error(`It ended with ${this.child.exitCode}: ${this.errors}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  get lines(): Record<string, unknown>[] {
    return this.errors.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

/** With the key that the first start put into the folder, or said where there is none. */
const authorization = async () => {
  const said = /gx_administrator_\S+/.exec(processes.at(-1)!.out)?.[0];
  return { authorization: `Bearer ${said ?? (await readFile(join(folder, 'administrator-key'), 'utf8')).trim()}` };
};
const json = async <T>(url: string): Promise<T> => (await (await fetch(url, { headers: await authorization() })).json()) as T;
const headOf = async (url: string) => (await json<{ head: number }>(`${url}/status`)).head;

describe('the application as a process', () => {
  it('says where to look, fills an empty folder once, and ends in order', async () => {
    const first = Running.start();
    const url = await first.url();
    expect(first.out).toContain(`${url}/docs`);
    const head = await headOf(url);
    expect(head).toBeGreaterThan(100);
    first.child.kill('SIGTERM');
    expect(await first.exit).toBe(0);
    expect(first.lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['ready', 'closed']));

    const second = Running.start();
    expect(await headOf(await second.url())).toBe(head);
    second.child.kill('SIGINT');
    expect(await second.exit).toBe(0);
  }, 60_000);

  it('finishes the requests that are under way, and ends event streams', async () => {
    const running = Running.start({ GUANXI_FIRST_DATA: 'off' });
    const url = await running.url();
    const stream = await EventStream.open(`${url}/events/live?after=0`, await authorization());
    await stream.until((received) => received.length > 0);
    const waiting = get(`${url}/views/customers?after=1000000&timeout=800`, { headers: await authorization() });
    const answered = once(waiting, 'response') as Promise<[IncomingMessage]>;
    await once(waiting, 'finish');
    // Who is answered came later: the server has the request that waits.
    for (let turn = 0; turn < 3; turn++) await (await fetch(`${url}/health/live`)).text();
    running.child.kill('SIGTERM');
    const [answer] = await answered;
    expect(answer.statusCode).toBe(412);
    answer.resume();
    await stream.ended();
    expect(await running.exit).toBe(0);
  }, 60_000);

  it('starts without the first data where that is switched off, and in memory without a folder', async () => {
    const running = Running.start({ GUANXI_FIRST_DATA: 'off', GUANXI_EVENT_STORE: 'memory', GUANXI_DATA: join(folder, 'never-made') });
    const url = await running.url();
    // Roles, policies, and which processes are in force.
    expect(await headOf(url)).toBe(30);
    expect(running.out).toContain('kept in memory');
    await expect(rm(join(folder, 'never-made'))).rejects.toThrow('ENOENT');
  }, 60_000);

  it('tells a second process who has the folder, without a stack', async () => {
    const url = await Running.start({ GUANXI_FIRST_DATA: 'off' }).url();
    const second = Running.start();
    expect(await second.exit).toBe(1);
    expect(second.errors).toMatch(new RegExp(`^Data folder .* is in use by process \\d+ .*${url}`));
    expect(second.errors.trim().split('\n')).toHaveLength(1);
  }, 60_000);

  it.each<[string, Record<string, string>, RegExp]>([
    ['wrong variables, each in a line', { GUANXI_PORT: 'x', GUANXI_LOG_LEVEL: 'y' }, /^GUANXI_PORT must .*\nGUANXI_LOG_LEVEL must .*\n$/],
    ['a host that is not of this machine', { GUANXI_HOST: '192.0.2.1', GUANXI_EVENT_STORE: 'memory' }, /GUANXI_HOST and GUANXI_PORT\.\n$/],
  ])('explains %s, and ends with 1', async (_, env, words) => {
    const running = Running.start({ GUANXI_LOG_LEVEL: 'silent', GUANXI_FIRST_DATA: 'off', ...env });
    expect(await running.exit).toBe(1);
    expect(running.errors).toMatch(words);
    expect(running.errors).not.toContain('    at ');
  }, 60_000);

  it('explains a port that is taken, and gives the folder free again', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const running = Running.start({ GUANXI_PORT: String(port), GUANXI_LOG_LEVEL: 'silent', GUANXI_FIRST_DATA: 'off' });
    expect(await running.exit).toBe(1);
    expect(running.errors).toMatch(/EADDRINUSE.*GUANXI_PORT\.\n$/);
    server.close();
    await Running.start({ GUANXI_FIRST_DATA: 'off' }).url();
  }, 60_000);

  it('explains in one line that the disk takes no more', async () => {
    const limited = Running.start({ GUANXI_LOG_LEVEL: 'silent' }, ['sh', '-c', 'ulimit -f 600; exec "$0" "$@"', process.execPath]);
    expect(await limited.exit).toBe(1);
    expect(limited.errors).toMatch(/^.*\.db: reading or writing the disk failed; check the disk \(disk I\/O error\)\.\n$/);
  }, 60_000);

  it('explains a folder that cannot be made, and a file that is damaged', async () => {
    await writeFile(join(folder, 'file'), 'not a folder');
    const unmakable = Running.start({ GUANXI_DATA: join(folder, 'file', 'data') });
    expect(await unmakable.exit).toBe(1);
    expect(unmakable.errors).toMatch(/^Data folder .* cannot be made/);
    await writeFile(join(folder, 'events.db'), 'this is no database at all, and long enough to be looked at. '.repeat(100));
    const damaged = Running.start();
    expect(await damaged.exit).toBe(1);
    expect(damaged.errors).toContain('is damaged');
    expect(damaged.errors).not.toContain('    at ');
  }, 60_000);
});
