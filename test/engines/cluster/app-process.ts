import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export type App = 'api' | 'projector';

export interface LogLine {
  level: string;
  msg: string;
  [field: string]: unknown;
}

/** Processes that are alive: none outlives this one. */
const alive = new Set<ChildProcess>();
process.once('exit', () => alive.forEach((child) => child.kill('SIGKILL')));

const READY_WITHIN_MS = 60_000;

/** One of the applications as a process of its own: it can be killed, frozen and started again at the same address. */
export class AppProcess {
  /** Every line of the log, of all its lives. */
  readonly lines: LogLine[] = [];
  url = '';
  private child!: ChildProcess;

  private constructor(
    readonly name: string,
    private readonly app: App,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Resolves as soon as it listens, ready or not. */
  static async start(name: string, app: App, env: Readonly<Record<string, string>>): Promise<AppProcess> {
    const started = new AppProcess(name, app, env);
    await started.launch('0');
    return started;
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async kill(): Promise<void> {
    if (!this.isAlive) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  /** In order. @returns its exit code. */
  async end(): Promise<number | null> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    return ((await exit) as [number | null])[0];
  }

  async restart(): Promise<void> {
    await this.launch(new URL(this.url).port);
  }

  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** What /health/ready says: `undefined` where nothing answers. */
  async readiness(): Promise<{ status: number; body: unknown } | undefined> {
    try {
      const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
      return { status: answer.status, body: await answer.json() };
    } catch {
      return undefined;
    }
  }

  /** @throws Error it did not become so in time; says what it last told. */
  async becomes(status: 200 | 503): Promise<void> {
    const end = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const told = await this.readiness();
      if (told?.status === status) return;
      if (!this.isAlive) throw new Error(`${this.name} has ended; its last lines: ${this.lastLines()}`);
      if (performance.now() > end) throw new Error(`${this.name} did not answer ${status} within ${READY_WITHIN_MS} ms; it told ${JSON.stringify(told)}; its last lines: ${this.lastLines()}`);
      await pause(50);
    }
  }

  having(text: string): LogLine[] {
    return this.lines.filter(({ msg }) => msg.includes(text));
  }

  private lastLines(): string {
    return this.lines.slice(-10).map((line) => JSON.stringify(line)).join('\n');
  }

  private async launch(port: string): Promise<void> {
    const program = fileURLToPath(new URL(`../../../apps/${this.app}/main.js`, import.meta.url));
    const env = { PATH: process.env['PATH'], GUANXI_LOG_LEVEL: 'warn', ...this.env, GUANXI_PORT: port };
    const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    alive.add(child);
    child.once('exit', () => alive.delete(child));
    createInterface({ input: child.stderr }).on('line', (line) => this.lines.push(lineOf(line)));
    for await (const line of createInterface({ input: child.stdout })) {
      const said = /https?:\/\/[^/\s]+/.exec(line);
      if (!said) continue;
      this.url = said[0];
      child.stdout.resume();
      return;
    }
    throw new Error(`${this.name} ended before it listened; its last lines: ${this.lastLines()}`);
  }
}

/** What is not of the log, such as a stack that Node prints, is kept as well. */
function lineOf(text: string): LogLine {
  return text.startsWith('{') ? (JSON.parse(text) as LogLine) : { level: 'fatal', msg: text };
}
