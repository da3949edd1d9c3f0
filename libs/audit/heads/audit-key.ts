import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { rawPublicKey, type NoteVerifier } from './signed-note.js';

/** In the file of a key that took the place of another, before the key itself: the name that the log had from the first one. */
const LOG_LINE = /^log (guanxi\/[0-9a-f]{16})$/m;
const NEXT = '.next';

/** The key that heads are signed with. The name of the log comes from the first one, so that no two logs share a name. */
export class AuditKey implements NoteVerifier {
  readonly name: string;
  readonly publicKey: KeyObject;

  private constructor(private readonly privateKey: KeyObject, name?: string) {
    this.publicKey = createPublicKey(privateKey);
    this.name = name ?? `guanxi/${createHash('sha256').update(rawPublicKey(this.publicKey)).digest('hex').slice(0, 16)}`;
  }

  /** A key that lasts as long as the process. */
  static inMemory(): AuditKey {
    return new AuditKey(generateKeyPairSync('ed25519').privateKey);
  }

  /**
   * The key in a PEM file, which is made, for its owner alone, where it is missing.
   * @param mayCreate whether it may be missing.
   * @throws UnusableAuditKey it is missing and may not be, cannot be read or made, or is no Ed25519 key.
   */
  static inFile(path: string, mayCreate: boolean): AuditKey {
    const key = readKey(path) ?? (mayCreate ? createKey(path) : undefined);
    if (!key) throw new UnusableAuditKey(path, 'it is missing, and heads signed with it are there. Put the key back, or begin anew with another folder of heads (GUANXI_AUDIT_HEADS)');
    return new AuditKey(key.privateKey, key.name);
  }

  /** The key that waits beside the file to take its place; undefined where none does. @throws UnusableAuditKey */
  static waitingAt(path: string): AuditKey | undefined {
    const key = readKey(path + NEXT);
    return key && new AuditKey(key.privateKey, key.name);
  }

  /** Another key for the same log. */
  successor(): AuditKey {
    return new AuditKey(generateKeyPairSync('ed25519').privateKey, this.name);
  }

  /** Puts the key beside the file whose place it is to take. @throws UnusableAuditKey */
  waitAt(path: string): void {
    write(path + NEXT, `log ${this.name}\n${this.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string}`);
  }

  sign(text: string): Buffer {
    return sign(null, Buffer.from(text), this.privateKey);
  }
}

/** The key that waits takes the place of the file; the one that was there is gone. */
export const takePlace = (path: string): void => renameSync(path + NEXT, path);

/** No key waits any more. */
export const dismissWaiting = (path: string): void => rmSync(path + NEXT);

export class UnusableAuditKey extends Error {
  override readonly name = 'UnusableAuditKey';
  constructor(path: string, why: string, options?: ErrorOptions) {
    super(`The audit key ${path} cannot be used: ${why}.`, options);
  }
}

interface KeyInFile {
  privateKey: KeyObject;
  name?: string;
}

function readKey(path: string): KeyInFile | undefined {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UnusableAuditKey(path, `it cannot be read (${(error as Error).message})`, { cause: error });
  }
  const name = LOG_LINE.exec(pem)?.[1];
  try {
    const privateKey = createPrivateKey(pem);
    if (privateKey.asymmetricKeyType === 'ed25519') return { privateKey, ...(name !== undefined && { name }) };
  } catch (error) {
    throw new UnusableAuditKey(path, `it is no private key in PEM (${(error as Error).message})`, { cause: error });
  }
  throw new UnusableAuditKey(path, 'it is no Ed25519 key; make one with: openssl genpkey -algorithm ed25519');
}

/** @returns the key that is there in the end: another process may be quicker. */
function createKey(path: string): KeyInFile | undefined {
  const { privateKey } = generateKeyPairSync('ed25519');
  return write(path, privateKey.export({ format: 'pem', type: 'pkcs8' }) as string) ? { privateKey } : readKey(path);
}

/** @returns false where the file is there already. @throws UnusableAuditKey */
function write(path: string, content: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { flag: 'wx', mode: 0o600, flush: true });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new UnusableAuditKey(path, `it cannot be made (${(error as Error).message}); name another file with GUANXI_AUDIT_KEY`, { cause: error });
  }
}
