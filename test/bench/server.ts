import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { keyText, readKey } from '#access';
import { DataFolder } from '#stores/sqlite';

const MAIN = fileURLToPath(new URL('../../apps/api/main.js', import.meta.url));
const START_TIMEOUT_MS = 60_000;

export interface Answered {
  status: number;
  body: Record<string, unknown>;
}

/** The real application in a process of its own, on an empty data folder, without its first data. */
export class Server {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 512 });

  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
    /** What shows who asks: the administrator of the data folder. */
    readonly authorization: string,
  ) {}

  static async start(folder: string): Promise<Server> {
    const settings = { GUANXI_DATA: folder, GUANXI_PORT: '0', GUANXI_FIRST_DATA: 'off', GUANXI_LOG_LEVEL: 'warn', GUANXI_RATE_LIMIT: 'off' };
    const child = spawn(process.execPath, [...process.execArgv, MAIN], { env: { ...process.env, ...settings }, stdio: ['ignore', 'ignore', 'inherit'] });
    process.on('exit', () => child.kill('SIGKILL'));
    const url = await addressOf(child, folder);
    return new Server(child, url, `Bearer ${keyText((await readKey(join(folder, 'administrator-key')))!)}`);
  }

  get(path: string): Promise<Answered> {
    return this.send('GET', path);
  }

  /** @throws Error the command was refused. */
  async command(name: string, fields: object): Promise<{ position: number }> {
    const { status, body } = await this.send('POST', `/commands/${name}`, JSON.stringify(fields));
    if (status >= 300) throw new Error(`${name} was answered with ${status}: ${JSON.stringify(body)}`);
    return body as { position: number };
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    if (this.process.exitCode !== null) return;
    const exit = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await exit;
  }

  private send(method: string, path: string, body?: string): Promise<Answered> {
    const { authorization } = this;
    const headers = body === undefined ? { authorization } : { authorization, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.url}${path}`, { method, agent: this.agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> }));
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

/** The running application writes its address into its data folder. */
async function addressOf(child: ChildProcess, folder: string): Promise<string> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const url = (await DataFolder.running(folder))?.url;
    if (url !== undefined) return url;
    await pause(50);
  }
  throw new Error(`The application did not start${child.exitCode === null ? ' in time' : ` and ended with ${child.exitCode}`}.`);
}
