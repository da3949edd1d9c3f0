import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openHead, type Head } from './head.js';
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

  async keep(head: Head): Promise<void> {
    this.heads.push(head);
  }

  async keepWitnessed(_head: Head, _note: string): Promise<void> {
    // The witness has it.
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
const SIZE_DIGITS = 12;
const ROOT_DIGITS = 16;

/** One file for each head, so that a folder that can only be added to is enough. Sorted by name they are sorted by size. */
export class HeadFolder implements KeptHeads {
  /** Once read it is not read again: the folder grows large. */
  private newest: Head | undefined;

  constructor(
    readonly path: string,
    private readonly verifier: NoteVerifier,
  ) {
    mkdirSync(path, { recursive: true });
  }

  /** Whether a folder has heads of whatever log. */
  static isEmpty(path: string): boolean {
    return filesIn(path).length === 0;
  }

  async keep(head: Head): Promise<void> {
    await this.add(nameOf(head), SUFFIX, head.checkpoint);
    if (head.size >= (this.newest?.size ?? Infinity)) this.newest = head;
  }

  async keepWitnessed(head: Head, note: string): Promise<void> {
    await this.add(nameOf(head), WITNESSED_SUFFIX, note);
  }

  async latest(): Promise<Head | undefined> {
    if (this.newest) return this.newest;
    const file = filesIn(this.path).at(-1);
    if (file === undefined) return undefined;
    const found = await this.read(file);
    if ('why' in found) throw new InvalidNote(`The head ${found.file} was changed: ${found.why}`);
    this.newest = found;
    return found;
  }

  async list(limit = Infinity): Promise<HeadList> {
    const heads: Head[] = [];
    const invalid: InvalidHead[] = [];
    const files = filesIn(this.path);
    for (const file of files.slice(-limit)) {
      const found = await this.read(file);
      if ('why' in found) invalid.push(found);
      else heads.push(found);
    }
    return { heads: heads.sort((one, other) => one.size - other.size), invalid, total: files.length };
  }

  private async read(name: string): Promise<Head | InvalidHead> {
    const file = join(this.path, name);
    try {
      return openHead(await readFile(file, 'utf8'), this.verifier);
    } catch (error) {
      if (!(error instanceof InvalidNote)) throw error;
      return { file, why: error.message };
    }
  }

  /** The same head twice is one file, and a file is whole or not there. */
  private async add(name: string, suffix: string, content: string): Promise<void> {
    const path = join(this.path, name + suffix);
    if (existsSync(path)) return;
    const part = `${path}.${process.pid}.part`;
    await writeFile(part, content, { flush: true });
    await rename(part, path);
  }
}

/** Two trees of one size have two files: that there are two is what nobody may hide. */
function nameOf({ size, root }: Head): string {
  return `${String(size).padStart(SIZE_DIGITS, '0')}-${root.toString('hex').slice(0, ROOT_DIGITS)}`;
}

function filesIn(path: string): string[] {
  try {
    return readdirSync(path).filter((name) => name.endsWith(SUFFIX)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
