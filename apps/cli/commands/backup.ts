import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Command } from 'commander';
import { type Configuration } from '#composition';
import { backUpLog, KEYS_FILE } from '#stores/sqlite';
import { LOG_FILE } from '../access/open-access.js';
import { invocationOf, pathOf } from '../invocation.js';
import { Failed } from '../terminal/exit.js';

const MASTER_KEY_FILE = 'master-key';

/** The log alone, as a rule: read models are made from it again, and keys are kept apart so that what is erased stays erased. */
export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('copies the log as it is now into a new data folder, also while a server writes to it; started there, Guanxi fills the views again')
    .argument('<folder>', 'where the copy goes; made if it is missing')
    .option('--with-keys', 'copies the keys of persons and the master key, too: whoever has such a copy can read it, also what is erased later')
    .action(async (folder: string, { withKeys = false }: { withKeys?: boolean }, command: Command) => {
      const { configuration, output } = invocationOf(command);
      const { data, eventStore } = configuration;
      if (eventStore !== 'embedded') throw new Failed('The log is not in a data folder but on the server that GUANXI_EVENT_STORE names: back it up by the means of that server (docs/scaling.md).');
      const copy = pathOf(folder);
      const [from, to] = [join(data, LOG_FILE), join(copy, LOG_FILE)];
      if (!existsSync(from)) throw new Failed(`There is no data in ${data} yet. Name another folder with --data or GUANXI_DATA.`);
      mkdirSync(copy, { recursive: true });
      await backUpLog(from, to);
      // After the log: a key is there before the first event that is sealed with it.
      if (withKeys) await backUpKeys(configuration, copy);
      const { size: bytes } = statSync(to);
      const more = withKeys ? `Look at it with --data ${copy}.` : `What is personal in it is sealed: it opens with ${KEYS_FILE} and the master key, which are kept apart (--with-keys copies them, too).`;
      await output.answer({ from, to, bytes, withKeys }, () => `${from} is copied to ${to} (${bytes} bytes). ${more}`);
    });
}

/** @throws Failed the keys are not in the data folder. */
async function backUpKeys({ data, privacy: { keyStore, masterKey } }: Configuration, copy: string): Promise<void> {
  if (keyStore !== 'embedded') throw new Failed(`The keys are not in ${data} but where GUANXI_KEY_STORE says: back them up there.`);
  const keys = join(data, KEYS_FILE);
  // Without seals there are none.
  if (!existsSync(keys)) return;
  await backUpLog(keys, join(copy, KEYS_FILE));
  if (masterKey.file !== undefined && existsSync(masterKey.file)) copyFileSync(masterKey.file, join(copy, MASTER_KEY_FILE));
}
