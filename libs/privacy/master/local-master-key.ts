import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CannotOpen, KEY_BYTES, newKey, open, seal } from '../keys/sealing-key.js';
import { UnusableMasterKey, type MasterKey } from './master-key.js';

const PLACE = 'guanxi master key';

/** Master keys that this process holds itself: the first is in force, the others only unwrap. */
export class LocalMasterKey implements MasterKey {
  protected constructor(
    protected keys: readonly Buffer[],
    private readonly where: string,
  ) {}

  /** A key that lasts as long as the process. */
  static inMemory(): LocalMasterKey {
    return new LocalMasterKey([newKey()], 'the memory of this process');
  }

  /**
   * @param text one key, or several with commas between them: the one in force first. Each is 32 bytes in base64.
   * @param where what the text was read from, for errors.
   * @throws UnusableMasterKey the text is something else.
   */
  static fromText(text: string, where: string): LocalMasterKey {
    return new LocalMasterKey(keysIn(text, ',', where), where);
  }

  async wrap(key: Buffer): Promise<string> {
    return seal(this.keys[0]!, key, PLACE).toString('base64');
  }

  async unwrap(wrapped: string): Promise<Buffer> {
    const sealed = Buffer.from(wrapped, 'base64');
    for (const key of this.keys) {
      try {
        return open(key, sealed, PLACE);
      } catch (error) {
        if (!(error instanceof CannotOpen)) throw error;
      }
    }
    throw new UnusableMasterKey(`The keys of this store were wrapped with another master key than that of ${this.where}. Give that one; after a change give both, the new one first.`);
  }
}

/** A master key in a file of its own, for its owner alone. A line each: the key in force first. */
export class MasterKeyFile extends LocalMasterKey {
  private constructor(
    keys: readonly Buffer[],
    private readonly path: string,
  ) {
    super(keys, path);
  }

  /**
   * @param mayCreate whether it may be missing; then it is made.
   * @throws UnusableMasterKey it is missing and may not be, cannot be read or made, or holds something else.
   */
  static open(path: string, mayCreate: boolean): MasterKeyFile {
    const text = read(path) ?? (mayCreate ? create(path) : undefined);
    if (text === undefined) throw new UnusableMasterKey(`The master key ${path} is missing, and keys that are wrapped with it are there. Put it back: without it nothing that is sealed can be read.`);
    return new MasterKeyFile(keysIn(text, '\n', path), path);
  }

  async renew(): Promise<void> {
    this.replace([newKey(), ...this.keys]);
  }

  async forgetFormer(): Promise<void> {
    this.replace(this.keys.slice(0, 1));
  }

  private replace(keys: readonly Buffer[]): void {
    writeFileSync(`${this.path}.new`, textOf(keys), { mode: 0o600, flush: true });
    renameSync(`${this.path}.new`, this.path);
    this.keys = keys;
  }
}

const textOf = (keys: readonly Buffer[]): string => keys.map((key) => `${key.toString('base64')}\n`).join('');

function keysIn(text: string, separator: string, where: string): Buffer[] {
  const keys = text.split(separator).map((part) => part.trim()).filter((part) => part !== '').map((part) => Buffer.from(part, 'base64'));
  if (keys.length > 0 && keys.every(({ length }) => length === KEY_BYTES)) return keys;
  throw new UnusableMasterKey(`${where} must hold a key of ${KEY_BYTES} bytes in base64, such as this command makes: openssl rand -base64 ${KEY_BYTES}`);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UnusableMasterKey(`The master key ${path} cannot be read (${(error as Error).message}).`, { cause: error });
  }
}

/** @returns what is in the file in the end: another process may be quicker. */
function create(path: string): string | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const text = textOf([newKey()]);
    writeFileSync(path, text, { flag: 'wx', mode: 0o600, flush: true });
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return read(path);
    throw new UnusableMasterKey(`The master key ${path} cannot be made (${(error as Error).message}); name another file with GUANXI_MASTER_KEY_FILE.`, { cause: error });
  }
}
