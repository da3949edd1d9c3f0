// Checks types, lint and the direction of the arrows, side by side: each takes one core. What is said comes in one piece.
import { spawn } from 'node:child_process';

const checks = ['types', 'lint', 'arrows'].map((name) => [name, run(name)]);
for (const [name, ended] of checks) {
  const { code, text } = await ended;
  if (code === 0) continue;
  process.stdout.write(`npm run ${name}:\n${text}\n`);
  process.exitCode = 1;
}

function run(name) {
  const child = spawn('npm', ['run', name], { shell: process.platform === 'win32' });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return new Promise((resolve, reject) => child.once('error', reject).once('close', (code) => resolve({ code, text })));
}
