import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Head } from './head.js';
import { KeyChain, openRotation, type KeyRotation } from './key-chain.js';
import { InvalidNote, type NoteVerifier } from './signed-note.js';

/** A file among the heads that is none, or not one of this log. */
export interface InvalidHead {
  file: string;
  why: string;
}

/** Heads kept outside of the stores. They are only ever added. */
export interface KeptHeads {
  keep(head: Head): Promise<void>;
  /** Adds what a witness has signed of a head. */
  keepWitnessed(head: Head, note: string): Promise<void>;
  /** From now on heads are signed with another key. */
  keepRotation(rotation: KeyRotation): Promise<void>;
  /** The keys of the log, each for the heads of its time. */
  keys(): Promise<KeyChain>;
  /** The head of the largest tree. @throws InvalidNote its file was changed. */
  latest(): Promise<Head | undefined>;
  /** The newest so many, all without a limit, from the smallest tree to the largest. */
  list(limit?: number): Promise<HeadList>;
}

export interface HeadList {
  heads: Head[];
  invalid: InvalidHead[];
  /** How many are kept. */
  total: number;
}

/** Heads that last as long as the process. */
export class HeadsInMemory implements KeptHeads {
  private readonly heads: Head[] = [];
  private readonly rotations: KeyRotation[] = [];

  constructor(private readonly first: NoteVerifier) {}

  async keep(head: Head): Promise<void> {
    this.heads.push(head);
  }

  async keepWitnessed(_head: Head, _note: string): Promise<void> {
    // The witness has it.
  }

  async keepRotation(rotation: KeyRotation): Promise<void> {
    this.rotations.push(rotation);
  }

  async keys(): Promise<KeyChain> {
    return new KeyChain(this.rotations, this.rotations.at(-1)?.next ?? this.first);
  }

  async latest(): Promise<Head | undefined> {
    return this.heads.at(-1);
  }

  async list(limit = Infinity): Promise<HeadList> {
    return { heads: this.heads.slice(-limit), invalid: [], total: this.heads.length };
  }
}

const SUFFIX = '.checkpoint';
const WITNESSED_SUFFIX = '.witnessed';
const ROTATION_SUFFIX = '.rotation';
const SIZE_DIGITS = 12;
const ROOT_DIGITS = 16;

/** One file for each head, so that a folder that can only be added to is enough. Sorted by name they are sorted by size. */
export class HeadFolder implements KeptHeads {
  /** Once read it is not read again: the folder grows large. */
  private newest: Head | undefined;

  constructor(
    readonly path: string,
    /** The key in force. */
    private present: NoteVerifier,
  ) {
    mkdirSync(path, { recursive: true });
  }

  /** Whether a folder has heads of whatever log. */
  static isEmpty(path: string): boolean {
    return filesIn(path, SUFFIX).length === 0;
  }

  async keep(head: Head): Promise<void> {
    await this.add(nameOf(head), SUFFIX, head.checkpoint);
    if (head.size >= (this.newest?.size ?? Infinity)) this.newest = head;
  }

  async keepWitnessed(head: Head, note: string): Promise<void> {
    await this.add(nameOf(head), WITNESSED_SUFFIX, note);
  }

  async keepRotation(rotation: KeyRotation): Promise<void> {
    await this.add(nameOf(rotation), ROTATION_SUFFIX, rotation.note);
    this.present = rotation.next;
  }

  async keys(): Promise<KeyChain> {
    return (await this.rotations()).chain;
  }

  async latest(): Promise<Head | undefined> {
    if (this.newest) return this.newest;
    const file = filesIn(this.path, SUFFIX).at(-1);
    if (file === undefined) return undefined;
    const found = await this.read(file, await this.keys());
    if ('why' in found) throw new InvalidNote(`The head ${found.file} was changed: ${found.why}`);
    this.newest = found;
    return found;
  }

  async list(limit = Infinity): Promise<HeadList> {
    const heads: Head[] = [];
    const { chain, invalid } = await this.rotations();
    const files = filesIn(this.path, SUFFIX);
    for (const file of files.slice(-limit)) {
      const found = await this.read(file, chain);
      if ('why' in found) invalid.push(found);
      else heads.push(found);
    }
    return { heads: heads.sort((one, other) => one.size - other.size), invalid, total: files.length };
  }

  private async rotations(): Promise<{ chain: KeyChain; invalid: InvalidHead[] }> {
    const invalid: InvalidHead[] = [];
    const found = new Map<KeyRotation, string>();
    for (const name of filesIn(this.path, ROTATION_SUFFIX)) {
      const file = join(this.path, name);
      try {
        found.set(openRotation(await readFile(file, 'utf8')), file);
      } catch (error) {
        if (!(error instanceof InvalidNote)) throw error;
        invalid.push({ file, why: error.message });
      }
    }
    const chain = new KeyChain([...found.keys()], this.present);
    return { chain, invalid: [...invalid, ...chain.strangers.map((rotation) => ({ file: found.get(rotation)!, why: 'It does not lead to the key in force.' }))] };
  }

  private async read(name: string, keys: KeyChain): Promise<Head | InvalidHead> {
    const file = join(this.path, name);
    try {
      return keys.open(await readFile(file, 'utf8'));
    } catch (error) {
      if (!(error instanceof InvalidNote)) throw error;
      return { file, why: error.message };
    }
  }

  /** The same head twice is one file, and a file is whole or not there. */
  private async add(name: string, suffix: string, content: string): Promise<void> {
    const path = join(this.path, name + suffix);
    if (existsSync(path)) return;
    const part = `${path}.${randomUUID()}.part`;
    await writeFile(part, content, { flush: true });
    await rename(part, path);
  }
}

/** Two trees of one size have two files: that there are two is what nobody may hide. */
function nameOf({ size, root }: Pick<Head, 'size' | 'root'>): string {
  return `${String(size).padStart(SIZE_DIGITS, '0')}-${root.toString('hex').slice(0, ROOT_DIGITS)}`;
}

function filesIn(path: string, suffix: string): string[] {
  try {
    return readdirSync(path).filter((name) => name.endsWith(suffix)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
