import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { rawPublicKey, type NoteVerifier } from './signed-note.js';

/** The key that heads are signed with. The name of the log comes from it, so that no two logs share a name. */
export class AuditKey implements NoteVerifier {
  readonly name: string;
  readonly publicKey: KeyObject;

  private constructor(private readonly privateKey: KeyObject) {
    this.publicKey = createPublicKey(privateKey);
    this.name = `guanxi/${createHash('sha256').update(rawPublicKey(this.publicKey)).digest('hex').slice(0, 16)}`;
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
    return new AuditKey(key);
  }

  sign(text: string): Buffer {
    return sign(null, Buffer.from(text), this.privateKey);
  }
}

export class UnusableAuditKey extends Error {
  override readonly name = 'UnusableAuditKey';
  constructor(path: string, why: string, options?: ErrorOptions) {
    super(`The audit key ${path} cannot be used: ${why}.`, options);
  }
}

function readKey(path: string): KeyObject | undefined {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UnusableAuditKey(path, `it cannot be read (${(error as Error).message})`, { cause: error });
  }
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (error) {
    throw new UnusableAuditKey(path, `it is no private key in PEM (${(error as Error).message})`, { cause: error });
  }
  throw new UnusableAuditKey(path, 'it is no Ed25519 key; make one with: openssl genpkey -algorithm ed25519');
}

/** @returns the key that is there in the end: another process may be quicker. */
function createKey(path: string): KeyObject | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), { flag: 'wx', mode: 0o600, flush: true });
    return privateKey;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readKey(path);
    throw new UnusableAuditKey(path, `it cannot be made (${(error as Error).message}); name another file with GUANXI_AUDIT_KEY`, { cause: error });
  }
}
