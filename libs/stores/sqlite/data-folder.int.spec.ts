import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataFolder, DataFolderInUse } from './data-folder.js';

const root = mkdtempSync(join(tmpdir(), 'data-folder-'));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;
let path: string;
beforeEach(() => {
  path = join(root, String(count++), 'data');
});

const URL_OF_CHILD = 'http://localhost:4711';

describe('a data folder', () => {
  it('is made when it is missing', async () => {
    const folder = await DataFolder.open(path);
    expect(existsSync(path)).toBe(true);
    expect(folder.path).toBe(path);
    await folder.close();
  });

  it('is free before, and again after, it was open', async () => {
    expect(await DataFolder.running(path)).toBeUndefined();
    const folder = await DataFolder.open(path);
    const startedAt = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(await DataFolder.running(path)).toEqual({ pid: process.pid, startedAt });
    folder.announce({ url: URL_OF_CHILD });
    expect(await DataFolder.running(path)).toEqual({ pid: process.pid, startedAt, url: URL_OF_CHILD });
    await folder.close();
    await folder.close();
    expect(await DataFolder.running(path)).toBeUndefined();
    await (await DataFolder.open(path)).close();
  });

  it('opens once in a process', async () => {
    const folder = await DataFolder.open(path);
    await expect(DataFolder.open(path)).rejects.toMatchObject({ name: 'DataFolderInUse', path, pid: process.pid });
    await folder.close();
  });

  it('that another process has open is refused with who it is and how to go on', async () => {
    const child = await openInAnotherProcess(path);
    const refusal = (await DataFolder.open(path).catch((error: unknown) => error)) as DataFolderInUse;
    expect(refusal).toBeInstanceOf(DataFolderInUse);
    expect(refusal).toMatchObject({ path, pid: child.pid, url: URL_OF_CHILD });
    expect(refusal.message).toContain(`Data folder ${path} is in use by process ${child.pid}`);
    expect(refusal.message).toContain(`Use it at ${URL_OF_CHILD}, or stop it, or choose another data folder.`);
    expect(await DataFolder.running(path)).toMatchObject({ pid: child.pid, url: URL_OF_CHILD });
    await kill(child);
  });

  it('of a process that was killed is free at once, and nobody is told of the dead one', async () => {
    await kill(await openInAnotherProcess(path));
    expect(existsSync(join(path, 'running.json'))).toBe(true);
    expect(await DataFolder.running(path)).toBeUndefined();
    const folder = await DataFolder.open(path);
    expect(await DataFolder.running(path)).toMatchObject({ pid: process.pid });
    await folder.close();
  });

  it('is given to exactly one of many who want it at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 3 }, () => openInAnotherProcess(path)));
    const children = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value);
    expect(children).toHaveLength(1);
    await kill(children[0]!);
  });

  it('that is a file is refused', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    await expect(DataFolder.open(file)).rejects.toThrow(/cannot be made \(.*Choose another data folder/);
    await expect(DataFolder.open(join(file, 'below'))).rejects.toThrow(/cannot be made/);
  });

  it('that cannot be written is refused, and is free again', async () => {
    const path = join(root, 'unwritable');
    mkdirSync(join(path, 'running.json.new'), { recursive: true });
    await expect(DataFolder.open(path)).rejects.toThrow(/unwritable cannot be written \(.*Make it writable, or choose another data folder\./);
    expect(await DataFolder.running(path)).toBeUndefined();
    rmSync(join(path, 'running.json.new'), { recursive: true });
    await (await DataFolder.open(path)).close();
  });
});

/** Resolves when the other process has the folder open. */
async function openInAnotherProcess(folder: string): Promise<ChildProcess> {
  const module = new URL('./data-folder.js', import.meta.url);
  const program = `
    const { DataFolder } = await import(${JSON.stringify(module.href)});
    const folder = await DataFolder.open(${JSON.stringify(folder)});
    folder.announce({ url: ${JSON.stringify(URL_OF_CHILD)} });
    process.stdout.write('open');
    setInterval(() => folder, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (String(first[0]) !== 'open') throw new Error('The other process did not get the folder.');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}
