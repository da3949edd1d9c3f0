import { statfsSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';

export interface Machine {
  cpu: string;
  cores: number;
  memory: string;
  node: string;
  platform: string;
  /** Of the folder for temporary files, where the benchmarks keep their stores. */
  filesystem: string;
  /** How many processes wanted to run in the minute before: over 0.5 the figures are disturbed. */
  load: number;
}

const TMPFS = 0x01021994;
const FILESYSTEMS: Readonly<Record<number, string>> = {
  [TMPFS]: 'tmpfs',
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x794c7630: 'overlay',
  0x2fc12fc1: 'zfs',
};

export function thisMachine(): Machine {
  const type = statfsSync(tmpdir()).type;
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    filesystem: FILESYSTEMS[type] ?? `0x${type.toString(16)}`,
    load: Number(loadavg()[0]!.toFixed(2)),
  };
}

/** What a reader of the figures has to know of the machine; undefined where there is nothing. */
export function doubtsAbout({ filesystem, load, cores }: Machine): string | undefined {
  if (filesystem === 'tmpfs') return 'temporary files are in memory, where a flush to the disk costs nothing: set TMPDIR to a folder on a disk';
  if (load > cores / 4) return `the machine is busy with something else (load ${load} on ${cores} cores): the figures are disturbed`;
  return undefined;
}
