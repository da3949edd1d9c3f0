import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Configuration } from '#composition';
import { DataFolder } from '#stores/sqlite';
import { Failed } from '../terminal/exit.js';
import { credentialsOf } from './credentials.js';
import { type Access } from './access.js';
import { LocalAccess } from './local-access.js';
import { RemoteAccess } from './remote-access.js';

/** The log of the embedded store. */
export const LOG_FILE = 'events.db';

/**
 * The process that serves the data folder where there is one, otherwise the folder itself.
 * @param project whether views are fed meanwhile, where it is the folder itself.
 * @throws Failed there is no data yet. @throws DataFolderInUse a process has it that does not answer HTTP.
 */
export async function openAccess(configuration: Configuration, project = true): Promise<Access> {
  const running = await runningAt(configuration);
  if (running?.url !== undefined) return new RemoteAccess(running.url, await credentialsOf(configuration));
  return openFolder(configuration, project);
}

/** The data folder itself, for what cannot be done from outside. @throws DataFolderInUse */
export async function openFolder(configuration: Configuration, project = true): Promise<LocalAccess> {
  if (configuration.eventStore === 'embedded' && !existsSync(join(configuration.data, LOG_FILE))) {
    throw new Failed(`There is no data in ${configuration.data} yet. Start Guanxi (npm start) or import something, or name another folder with --data or GUANXI_DATA.`);
  }
  return LocalAccess.open(configuration, project);
}

async function runningAt({ data, eventStore }: Configuration) {
  return eventStore === 'embedded' && existsSync(data) ? DataFolder.running(data) : undefined;
}
