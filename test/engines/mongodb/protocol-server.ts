import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HOST, PACKAGES } from './installation.js';

/** A server that speaks MongoDB's protocol, on loopback; it can be killed, started again and frozen. */
export class ProtocolServer {
  private constructor(
    private readonly folder: string | undefined,
    private child: ChildProcess,
    readonly port: number,
  ) {}

  /** @param keeps in a file what it acknowledges, rather than in memory. */
  static async start(keeps: boolean): Promise<ProtocolServer> {
    const folder = keeps ? mkdtempSync(join(tmpdir(), 'guanxi-mongodb-')) : undefined;
    return new ProtocolServer(folder, ...(await launch(folder, 0)));
  }

  get url(): string {
    return `mongodb://127.0.0.1:${this.port}`;
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  /** On the same port, with what it kept. */
  async restart(): Promise<void> {
    [this.child] = await launch(this.folder, this.port);
  }

  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  async remove(): Promise<void> {
    await this.kill();
    if (this.folder) rmSync(this.folder, { recursive: true });
  }
}

/** It lives for seconds: compiling for longer costs more than it gives. */
const SHORT_LIVED = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

async function launch(folder: string | undefined, port: number): Promise<[ChildProcess, port: number]> {
  const file = folder === undefined ? [] : [join(folder, 'data')];
  const child = spawn('java', ['-Xmx1g', ...SHORT_LIVED, '-cp', join(PACKAGES, '*'), HOST, String(port), ...file], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill('SIGKILL'));
  for await (const line of createInterface(child.stdout)) {
    const listening = /^listening on (\d+)$/.exec(line);
    if (listening) return [child, Number(listening[1])];
  }
  throw new Error('The server of MongoDB’s protocol ended before it listened; what it said stands above.');
}
