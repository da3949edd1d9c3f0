import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FaultSettings } from './faults.js';
import type { Order } from './main.js';
import type { ServerOptions } from './server.js';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

/** The test server in a process of its own: it can be killed, frozen and started again on the same port and file. */
export class ServerProcess {
  private constructor(
    private child: ChildProcess,
    readonly port: number,
    private readonly options: ServerOptions,
  ) {}

  static async start(options: ServerOptions = {}): Promise<ServerProcess> {
    const { child, port } = await launch(options);
    return new ServerProcess(child, port, options);
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  async kill(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  async restart(): Promise<void> {
    ({ child: this.child } = await launch({ ...this.options, port: this.port }));
  }

  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  set(faults: FaultSettings): Promise<void> {
    return this.tell({ set: faults });
  }

  dropSubscriptions(): Promise<void> {
    return this.tell({ dropSubscriptions: true });
  }

  private async tell(order: Order): Promise<void> {
    const done = once(this.child, 'message');
    this.child.send(order);
    await done;
  }
}

async function launch({ port = 0, file }: ServerOptions): Promise<{ child: ChildProcess; port: number }> {
  const args = ['--port', String(port), ...(file === undefined ? [] : ['--file', file])];
  const child = fork(MAIN, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [] });
  process.once('exit', () => child.kill('SIGKILL'));
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`The test server ended with ${String(code)} before it listened.`)));
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout! }), 'line'), failed])) as [string];
  failed.catch(() => undefined);
  return { child, port: Number(line) };
}
