import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./staying-program.js', import.meta.url));

/** As `npm run guanxi` starts it. */
export const HEAP = ['--max-semi-space-size=64', '--heap-growing-percent=100'];

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** One process that is given one command line after the other, for tests to which starting it anew says nothing. */
export class StayingProcess {
  private readonly child: ChildProcess;
  private last: Promise<unknown> = Promise.resolve();

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.child = fork(PROGRAM, { cwd, env, execArgv: HEAP });
  }

  run(args: readonly string[]): Promise<Ended> {
    const ended = this.last.then(() => this.ask(args));
    this.last = ended.catch(() => undefined);
    return ended;
  }

  async end(): Promise<void> {
    await this.last;
    if (this.child.exitCode !== null || !this.child.connected) return;
    const exited = once(this.child, 'exit');
    this.child.disconnect();
    await exited;
  }

  private async ask(args: readonly string[]): Promise<Ended> {
    const stopped = new AbortController();
    const { signal } = stopped;
    const answered = once(this.child, 'message', { signal }) as Promise<[Ended]>;
    const exited = once(this.child, 'exit', { signal }).then(([code]) => {
      throw new Error(`guanxi ${args.join(' ')} ended its process with ${code}.`);
    });
    this.child.send(args);
    try {
      return (await Promise.race([answered, exited]))[0];
    } finally {
      stopped.abort();
      await Promise.allSettled([answered, exited]);
    }
  }
}
