import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Command } from 'commander';
import { backUpLog } from '#stores/sqlite';
import { LOG_FILE } from '../access/open-access.js';
import { invocationOf, pathOf } from '../invocation.js';
import { Failed } from '../terminal/exit.js';

/** The log alone: read models are made from it again. */
export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('copies the log as it is now into a new data folder, also while a server writes to it; started there, Guanxi fills the views again')
    .argument('<folder>', 'where the copy goes; made if it is missing')
    .action(async (folder: string, _options: object, command: Command) => {
      const { configuration: { data, eventStore }, output } = invocationOf(command);
      if (eventStore !== 'embedded') throw new Failed('The log is not in a data folder but on the server that GUANXI_EVENT_STORE names: back it up by the means of that server (docs/scaling.md).');
      const [from, to] = [join(data, LOG_FILE), join(pathOf(folder), LOG_FILE)];
      if (!existsSync(from)) throw new Failed(`There is no data in ${data} yet. Name another folder with --data or GUANXI_DATA.`);
      mkdirSync(pathOf(folder), { recursive: true });
      await backUpLog(from, to);
      const { size: bytes } = statSync(to);
      await output.answer({ from, to, bytes }, () => `${from} is copied to ${to} (${bytes} bytes). Look at it with --data ${pathOf(folder)}.`);
    });
}
