import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where the sources of the server lie: beside this file's own source, not beside what it was compiled to. */
const SOURCES = join(import.meta.dirname, '../../../../test/engines/mongodb');
const POM = join(SOURCES, 'pom.xml');

export const HOST = join(SOURCES, 'Host.java');

/** The folder of the server's packages: another one when other packages are wanted. */
export const PACKAGES = join(
  process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
  'guanxi/mongodb-protocol-server',
  createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12),
);

/** Why no server can be started; undefined where one can. */
export function whyNotInstalled(): string | undefined {
  if (!runs('java', '-version')) return 'there is no Java';
  return existsSync(PACKAGES) ? undefined : 'no server is installed; npm run test:engines installs one';
}

/** Gets the server's packages by Maven, unless they are there. @returns what was done, or why it could not be, in one line. */
export function install(): string {
  if (existsSync(PACKAGES)) return `installed in ${PACKAGES}`;
  if (!runs('java', '-version') || !runs('mvn', '-version')) return 'not installed: it needs Java and Maven';
  const folder = `${PACKAGES}.${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  try {
    execFileSync('mvn', ['-q', '-B', '-Dstyle.color=never', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`], { stdio: ['ignore', 2, 2] });
    renameSync(folder, PACKAGES);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return `installed in ${PACKAGES}`;
}

function runs(command: string, argument: string): boolean {
  try {
    execFileSync(command, [argument], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
