import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const dockerfile = readFileSync(join(ROOT, 'docker/Dockerfile'), 'utf8');
/** What each stage says, by its name. */
const stages = new Map(dockerfile.split(/^FROM /m).slice(1).map((text) => [/AS (\S+)/.exec(text)![1]!, text]));

const folder = mkdtempSync(join(tmpdir(), 'guanxi-image-'));
const image = join(folder, 'guanxi');
let running: ChildProcess | undefined;

// No Docker engine is needed: what the images would hold is laid out by hand, and run from there.
beforeAll(() => {
  for (const [, from, to] of stages.get('runtime')!.matchAll(/^COPY --from=build \/guanxi\/(\S+) (\S+)$/gm)) {
    if (from === 'node_modules') layPackages();
    else cpSync(join(ROOT, from!), to === './' ? join(image, from!) : join(image, to!), { recursive: true });
  }
}, 30_000);
afterAll(() => {
  running?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Those that are left once the packages for building and testing are gone. */
function layPackages(): void {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, { dev?: true; optional?: true }> };
  for (const [path, { dev, optional }] of Object.entries(packages)) {
    if (dev || optional || !/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path)) continue;
    mkdirSync(dirname(join(image, path)), { recursive: true });
    symlinkSync(join(ROOT, path), join(image, path));
  }
}

/** Runs what a stage runs. @returns the address that it says. */
async function start(stage: string, env: Record<string, string>): Promise<string> {
  const [program, ...args] = JSON.parse(/^CMD (\[.*\])$/m.exec(stages.get(stage)!.split('HEALTHCHECK').at(-1)!)![1]!) as string[];
  expect(program).toBe('node');
  running = spawn(process.execPath, args, { cwd: image, env: { PATH: process.env['PATH'], NODE_ENV: 'production', GUANXI_PORT: '0', GUANXI_LOG_LEVEL: 'fatal', ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(running.stdout!)) {
    const said = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
    if (said) return said[0];
  }
  throw new Error(`The ${stage} ended before it said its address; why stands above.`);
}

/** Runs the check of health of a stage. @returns its exit code. */
async function isHealthy(stage: string, url: string): Promise<number> {
  const text = stages.get(stage)!;
  const [program, ...args] = JSON.parse(/^ {2}CMD (\[.*\])$/m.exec(text)![1]!) as string[];
  const port = /^EXPOSE (\d+)$/m.exec(text)![1]!;
  expect([program, args.join(' ')]).toEqual(['node', expect.stringContaining(`http://127.0.0.1:${port}/`)]);
  const check = spawn(process.execPath, args.map((arg) => arg.replace(`http://127.0.0.1:${port}`, url)), { cwd: image, stdio: 'inherit' });
  return ((await once(check, 'exit')) as [number])[0];
}

async function end(): Promise<number | null> {
  const ended = once(running!, 'exit');
  running!.kill('SIGTERM');
  return ((await ended) as [number | null])[0];
}

describe('what the images hold is enough', () => {
  it('for an API to start, to be ready, and to end in order', async () => {
    const url = await start('api', { GUANXI_DATA: join(folder, 'data'), GUANXI_FIRST_DATA: 'off', GUANXI_WAREHOUSE: 'off' });
    let status = 0;
    while (status !== 200) ({ status } = await fetch(`${url}/health/ready`));
    expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
    expect(await isHealthy('api', url)).toBe(0);
    expect(await end()).toBe(0);
  }, 60_000);

  it('for a projector to start and to wait for its stores', async () => {
    const url = await start('projector', { GUANXI_DATA: join(folder, 'data'), GUANXI_EVENT_STORE: 'esdb://127.0.0.1:1?tls=false', GUANXI_DOCUMENT_STORE: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200' });
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    expect(await isHealthy('projector', url)).toBe(1);
    expect(await end()).toBe(0);
  }, 60_000);
});
