import { openAudit, type Audit } from '#audit';
import { openDelivery, openEngine, openErasures, type Configuration, type OpenEngine } from '#composition';
import { type AccessExport, type CertifiedErasure, type Erasures, type ErasureRequest, exportOf } from '#privacy';
import { DataFolder } from '#stores/sqlite';
import { existsSync } from 'node:fs';
import { catchUp } from '../operations/catch-up.js';
import { lineLog } from '../terminal/line-log.js';
import { credentialsOf, type Credentials } from './credentials.js';
import { LOG_FILE } from './open-access.js';
import { Failed } from '../terminal/exit.js';
import { askServer } from './remote-audit.js';
import { join } from 'node:path';

export interface Rotation {
  generation: number;
  rewrapped: number;
  resumed: boolean;
}

/** What a command line can do for the rights of persons, whether it opens the stores or a server has them. */
export interface PrivacyAccess {
  erase(request: ErasureRequest): Promise<CertifiedErasure>;
  export(subject: string): Promise<AccessExport>;
  rotate(): Promise<Rotation>;
  close(): Promise<void>;
}

/** @throws Failed there is no data yet. @throws DataFolderInUse */
export async function openPrivacyAccess(configuration: Configuration): Promise<PrivacyAccess> {
  const running = existsSync(configuration.data) && configuration.eventStore === 'embedded' ? await DataFolder.running(configuration.data) : undefined;
  if (running?.url !== undefined) return remote(running.url, await credentialsOf(configuration));
  if (configuration.eventStore === 'embedded' && !existsSync(join(configuration.data, LOG_FILE))) {
    throw new Failed(`There is no data in ${configuration.data} yet. Start Guanxi (npm start) or import something, or name another folder with --data or GUANXI_DATA.`);
  }
  const open = await openEngine(configuration, { log: lineLog, options: { projector: { graceMs: 0 } } });
  try {
    const audit = openAudit(configuration.audit, { ...open.stores, log: lineLog });
    return new LocalPrivacy(open, audit, openErasures(open.engine, open.stores, openDelivery(open.engine, configuration.delivery, { log: lineLog }), audit, lineLog));
  } catch (error) {
    await open.close();
    throw error;
  }
}

class LocalPrivacy implements PrivacyAccess {
  constructor(
    private readonly open: OpenEngine,
    private readonly audit: Audit,
    private readonly erasures: Erasures,
  ) {}

  async erase(request: ErasureRequest): Promise<CertifiedErasure> {
    await catchUp(this.open.engine);
    await this.erasures.resume();
    return this.erasures.erase(request);
  }

  async export(subject: string): Promise<AccessExport> {
    await catchUp(this.open.engine);
    return exportOf(this.open.engine, subject, new Date());
  }

  rotate(): Promise<Rotation> {
    return this.open.stores.keys.rotate();
  }

  async close(): Promise<void> {
    await this.audit.close();
    await this.open.close();
  }
}

/** The server that has the data folder, over its HTTP API. */
function remote(url: string, credentials: Credentials): PrivacyAccess {
  return {
    erase: ({ subject, reason, reference }) => {
      const [kind, id] = [subject.slice(0, subject.indexOf('-')), subject.slice(subject.indexOf('-') + 1)];
      return askServer(url, credentials, 'POST', '/privacy/erasures', { [`${kind}Id`]: id, reason, ...(reference !== undefined && { reference }) });
    },
    export: (subject) => askServer(url, credentials, 'GET', `/privacy/subjects/${encodeURIComponent(subject)}/export`),
    rotate: () => askServer(url, credentials, 'POST', '/privacy/rotations'),
    close: async () => undefined,
  };
}
