// Checks types and lint in one pass, and the direction of the arrows. What is said comes in one piece.
import { spawn } from 'node:child_process';

const checks = ['lint', 'arrows'].map((script) => [`npm run ${script}`, run('npm', ['run', script])]);
for (const [name, ended] of checks) {
  const { code, text } = await ended;
  if (code === 0) continue;
  process.stdout.write(`${name}:\n${text}\n`);
  process.exitCode = 1;
}

function run(program, args) {
  const child = spawn(program, args, { shell: process.platform === 'win32' });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return new Promise((resolve, reject) => child.once('error', reject).once('close', (code) => resolve({ code, text })));
}
