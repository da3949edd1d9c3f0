import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

/** The sources, from the compiled tree: the verifier is handed out as it was written. */
const VERIFIER = fileURLToPath(new URL('../../../../libs/audit/verifier/verify.mjs', import.meta.url));

export const BUNDLE_FILES = { bundle: 'bundle.jsonl', verifier: 'verify.mjs', readme: 'README.txt' } as const;

const README = `This folder holds events of a Guanxi log, and what proves that they are in it.

Check it with Node 20 or newer, without a network and without Guanxi:

  node verify.mjs

With a public key or a head (a .checkpoint file) that you got earlier or from another source, it proves more:

  node verify.mjs --key 'guanxi/…+…+…' --head ./some.checkpoint

The verdict is in its last lines; it exits with 0 only where everything is right. docs/audit.md of Guanxi tells what is
proven, against whom, and what is not.
`;

/**
 * Writes the lines of a bundle into a new folder, together with the program that checks them. Where that fails the folder is gone.
 * @throws Error the folder exists or cannot be written.
 */
export async function writeBundle(folder: string, lines: AsyncIterable<string | Uint8Array>): Promise<void> {
  await mkdir(folder);
  try {
    await pipeline(Readable.from(lines), createWriteStream(join(folder, BUNDLE_FILES.bundle), { flags: 'wx' }));
    await copyFile(VERIFIER, join(folder, BUNDLE_FILES.verifier));
    await writeFile(join(folder, BUNDLE_FILES.readme), README);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}
