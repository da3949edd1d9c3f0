import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keyFrom, keyText, newKey, type Key } from './key.js';

/** Of the key that the first start makes. */
export const ADMINISTRATOR_KEY_ID = 'administrator';

const MODE = 0o600;

/** The file of the administrator's key does not hold one; the message says what to do. */
export class UnusableKeyFile extends Error {
  override readonly name = 'UnusableKeyFile';
}

/**
 * The key in the file; a new one is written where there is no file, readable by its owner alone.
 * @throws UnusableKeyFile
 */
export async function keyInFile(path: string): Promise<{ key: Key; isNew: boolean }> {
  const known = await readKey(path);
  if (known && known.id !== ADMINISTRATOR_KEY_ID) throw new UnusableKeyFile(`${path} holds another key: the administrator's begins with gx_${ADMINISTRATOR_KEY_ID}_. Name another file with GUANXI_KEY_FILE.`);
  if (known) return { key: known, isNew: false };
  const key = newKey(ADMINISTRATOR_KEY_ID);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, `${keyText(key)}\n`, { mode: MODE });
    await rename(`${path}.new`, path);
  } catch (error) {
    throw new UnusableKeyFile(`The administrator's key cannot be written to ${path} (${(error as Error).message}). Name another file with GUANXI_KEY_FILE.`, { cause: error });
  }
  return { key, isNew: true };
}

/** @returns undefined where there is no file. @throws UnusableKeyFile */
export async function readKey(path: string): Promise<Key | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UnusableKeyFile(`The key file ${path} cannot be read (${(error as Error).message}). Name another file with GUANXI_KEY_FILE.`, { cause: error });
  }
  const key = keyFrom(text.trim());
  if (!key) throw new UnusableKeyFile(`${path} holds no key. Put one there that begins with gx_, or name another file with GUANXI_KEY_FILE.`);
  return key;
}
