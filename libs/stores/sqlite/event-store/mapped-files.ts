import { statSync } from 'node:fs';
import { DamagedStore } from '../faults.js';

const CHECKED_FOR_MS = 1;

/** Files that are mapped into memory. To touch what is mapped and no longer in the file would end the process. */
export class MappedFiles {
  private readonly sizes = new Map<string, number>();
  private checkedAt = -Infinity;

  constructor(private readonly paths: readonly string[]) {}

  /** To be called before a mapped file is read; looks at most every millisecond. @throws DamagedStore a file became shorter. */
  check(): void {
    const now = performance.now();
    if (now - this.checkedAt < CHECKED_FOR_MS) return;
    for (const path of this.paths) {
      const { size } = statSync(path);
      const before = this.sizes.get(path) ?? 0;
      if (size < before) throw new DamagedStore(path, `it was cut off while it was open, from ${before} to ${size} bytes`);
      this.sizes.set(path, size);
    }
    this.checkedAt = now;
  }
}
