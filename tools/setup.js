// Makes a fresh clone runnable: installs what package-lock.json says and compiles the sources, each only when needed.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const quiet = process.argv.includes('--quiet');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Guanxi needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

if (changedAt('node_modules/.package-lock.json') < changedAt('package-lock.json')) npm('ci', 'Installing packages');
if (changedAt('dist/.built') < newest(['apps', 'libs', 'test', 'package.json', '.swcrc'])) npm('run build', 'Compiling');

function npm(command, what) {
  if (!quiet) console.log(`${what} …`);
  // What is not ours to say goes to stderr, so that `--json` output stays clean.
  execFileSync('npm', [...command.split(' '), '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
}

function changedAt(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newest(paths) {
  return Math.max(...paths.map((path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (!stat) return 0;
    if (!stat.isDirectory()) return stat.mtimeMs;
    return Math.max(stat.mtimeMs, ...[newest(readdirSync(join(root, path)).map((name) => join(path, name)))]);
  }));
}
