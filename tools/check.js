// Checks types, lint and the direction of the arrows, on two cores. What is said comes in one piece.
import { spawn } from 'node:child_process';

const SHARES = 2;
const checks = [
  ...Array.from({ length: SHARES }, (_, index) => [`types and lint, share ${index + 1} of ${SHARES}`, run(process.execPath, ['tools/check-sources.js', `${index + 1}/${SHARES}`])]),
  ['npm run arrows', run('npm', ['run', 'arrows'])],
];
for (const [name, ended] of checks) {
  const { code, text } = await ended;
  if (code === 0) continue;
  process.stdout.write(`${name}:\n${text}\n`);
  process.exitCode = 1;
}

function run(program, args) {
  const child = spawn(program, args, { shell: process.platform === 'win32' && program === 'npm' });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return new Promise((resolve, reject) => child.once('error', reject).once('close', (code) => resolve({ code, text })));
}
