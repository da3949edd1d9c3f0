// Asks the registry for known weaknesses of what is installed. A registry that gives no advisories is no failure: then
// nothing is known, which is said.
import { spawnSync } from 'node:child_process';

const { stdout, stderr } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8', shell: process.platform === 'win32' });
const report = parsed(stdout);
const counts = report?.metadata?.vulnerabilities;

if (!counts) {
  const why = report?.error?.summary ?? report?.message ?? stderr.trim().split('\n').at(-1) ?? '';
  process.stdout.write(`The registry gives no advisories${why ? ` (${why})` : ''}; nothing is known either way.\n`);
} else {
  const found = Object.entries(report.vulnerabilities).map(([name, { severity, via }]) => `  ${severity.padEnd(9)} ${name}: ${via.map((each) => each.title ?? each).join('; ')}`);
  process.stdout.write(counts.total === 0 ? 'No known weakness in the dependencies.\n' : `${counts.total} dependencies have known weaknesses:\n${found.join('\n')}\n`);
  process.exitCode = counts.high + counts.critical > 0 ? 1 : 0;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON says nothing about the dependencies.
    return undefined;
  }
}
