import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ADMINISTRATOR_KEY_ID, keyInFile, readKey, UnusableKeyFile } from './administrator-key.js';
import { keyText, newKey } from './key.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guanxi-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the file of the administrator's key", () => {
  it('is made where there is none, for its owner alone, and read from then on', async () => {
    const file = join(folder, 'deep', 'key');
    const { key, isNew } = await keyInFile(file);
    expect([isNew, (await stat(file)).mode & 0o777]).toEqual([true, 0o600]);
    expect(await readFile(file, 'utf8')).toBe(`${keyText(key)}\n`);
    expect(await keyInFile(file)).toEqual({ key, isNew: false });
    expect(await readKey(join(folder, 'none'))).toBeUndefined();
  });

  it.each(['', 'secret', keyText(newKey())])('is refused where it holds "%s"', async (text) => {
    await writeFile(join(folder, 'key'), text);
    await expect(keyInFile(join(folder, 'key'))).rejects.toThrow(UnusableKeyFile);
  });

  it('is refused where it cannot be written', async () => {
    await writeFile(join(folder, 'file'), keyText(newKey(ADMINISTRATOR_KEY_ID)));
    await expect(keyInFile(join(folder, 'file', 'key'))).rejects.toThrow(/GUANXI_KEY_FILE/);
  });
});
