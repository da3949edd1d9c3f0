import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HEAP, StayingProcess, type Ended } from './staying-process.js';

const CLI = fileURLToPath(new URL('../../apps/cli/main.js', import.meta.url));
const API = fileURLToPath(new URL('../../apps/api/main.js', import.meta.url));

/** A folder of its own, with a data folder in it, and the command line to use on that. */
export class Workplace {
  readonly path = mkdtempSync(join(tmpdir(), 'guanxi-cli-'));
  readonly data = join(this.path, 'data');
  private readonly servers: ChildProcess[] = [];
  private process: StayingProcess | undefined;

  /** @param starts whether all command lines are given to one process, or each is a process of its own, for tests of how it begins and ends. */
  constructor(private readonly starts: 'each' | 'once' = 'once') {}

  file(name: string): string {
    return join(this.path, name);
  }

  /** Runs the command line to its end. */
  async guanxi(...args: string[]): Promise<Ended> {
    if (this.starts === 'once') return (this.process ??= new StayingProcess(this.path, this.environment())).run(args);
    const child = this.start(...args);
    const texts = { stdout: '', stderr: '' };
    child.stdout!.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...texts };
  }

  /** What the command line answers in JSON. @throws Error it fails. */
  async json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.guanxi(...args, '--json');
    if (code !== 0) throw new Error(`guanxi ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** Every row of a view with some of its fields, handed over line by line. */
  async eachRow<Row extends object>(view: string, fields: readonly (keyof Row & string)[], take: (row: Row) => void): Promise<void> {
    const child = this.start('views', view, '--all', '--lines', '--fields', fields.join(','));
    const closed = once(child, 'close');
    for await (const line of createInterface({ input: child.stdout! })) take(JSON.parse(line) as Row);
    const [code] = (await closed) as [number | null];
    if (code !== 0) throw new Error(`Reading ${view} ended with ${code}.`);
  }

  start(...args: string[]): ChildProcess {
    return spawn(process.execPath, [...HEAP, CLI, ...args], { cwd: this.path, env: this.environment() });
  }

  /** Asks the server, as its administrator. */
  fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const key = readFileSync(join(this.data, 'administrator-key'), 'utf8').trim();
    return fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${key}` } });
  }

  /** Starts the server on the data folder; resolves with its address when it answers. */
  async serve(): Promise<string> {
    const server = spawn(process.execPath, [API], { cwd: this.path, env: this.environment(), stdio: ['ignore', 'pipe', 'inherit'] });
    this.servers.push(server);
    for await (const line of createInterface({ input: server.stdout })) {
      const url = /^Guanxi answers at (\S+)$/.exec(line)?.[1];
      if (url !== undefined) return url;
    }
    throw new Error('The server ended before it said where it answers.');
  }

  /** Ends the servers in order. */
  async stop(): Promise<void> {
    for (const server of this.servers) {
      if (server.exitCode !== null || server.signalCode !== null || !server.kill('SIGTERM')) continue;
      await once(server, 'exit');
    }
  }

  /** Ends the servers at once, as a power failure of the process would. */
  async kill(): Promise<void> {
    for (const server of this.servers) {
      if (server.exitCode !== null || server.signalCode !== null || !server.kill('SIGKILL')) continue;
      await once(server, 'exit');
    }
  }

  async remove(): Promise<void> {
    await this.process?.end();
    await this.stop();
    rmSync(this.path, { recursive: true, force: true });
  }

  private environment(): NodeJS.ProcessEnv {
    return { ...process.env, GUANXI_DATA: this.data, GUANXI_PORT: '0', GUANXI_LOG_LEVEL: 'error', GUANXI_FIRST_DATA: 'off' };
  }
}

/** What an import answers. */
export interface Imported {
  read: number;
  added: number;
  duplicates: number;
  rejected: number;
  rejectsFile: string | null;
  importId: string | null;
  seconds: number;
  viewsSeconds: number;
}
