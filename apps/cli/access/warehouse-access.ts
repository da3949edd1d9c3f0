import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine, openWarehouse, type Configuration, type OpenEngine } from '#composition';
import { DataFolder } from '#stores/sqlite';
import { momentFrom } from '#event-sourcing';
import { cubeAnswer, martAnswer, type CubeAnswer, type CubeQuestion, type LoadRun, type MartAnswer, type Warehouse, type WarehouseAnswer, type WarehouseMoment, type WarehouseQuestion, type WarehouseStatus, type WhyAnswer } from '#warehouse';
import { Failed } from '../terminal/exit.js';
import { lineLog } from '../terminal/line-log.js';
import { progressBar } from '../terminal/progress.js';
import { credentialsOf, type Credentials } from './credentials.js';
import { LOG_FILE } from './open-access.js';
import { askServer } from './remote-audit.js';

export type MartMoment = Pick<CubeQuestion, 'asOf' | 'knownAt'>;

/** What a command line can ask of the star schema, whether it opens the stores or a server has them. */
export interface WarehouseAccess {
  query(question: WarehouseQuestion): Promise<WarehouseAnswer>;
  cube(question: CubeQuestion): Promise<CubeAnswer>;
  /** What a department looks at. @throws Failed there is no such mart at the moment. */
  mart(mart: string, moment: MartMoment): Promise<MartAnswer>;
  /** The events behind rows. @throws Failed there are none. */
  why(table: string, key: string, moment: WarehouseMoment): Promise<WhyAnswer>;
  status(): Promise<WarehouseStatus>;
  rebuild(): Promise<LoadRun>;
  close(): Promise<void>;
}

/** @throws Failed there is no data yet, or it is off. @throws DataFolderInUse */
export async function openWarehouseAccess(configuration: Configuration): Promise<WarehouseAccess> {
  const running = existsSync(configuration.data) && configuration.eventStore === 'embedded' ? await DataFolder.running(configuration.data) : undefined;
  if (running?.url !== undefined) return remote(running.url, await credentialsOf(configuration));
  if (configuration.eventStore === 'embedded' && !existsSync(join(configuration.data, LOG_FILE))) {
    throw new Failed(`There is no data in ${configuration.data} yet. Start Guanxi (npm start) or import something, or name another folder with --data or GUANXI_DATA.`);
  }
  if (!configuration.warehouse) throw new Failed('The warehouse is off. Set GUANXI_WAREHOUSE=on.');
  const open = await openEngine(configuration, { log: lineLog, options: { projector: { graceMs: 0 } } });
  return new LocalWarehouse(open, openWarehouse(open.engine, configuration.warehouse, lineLog));
}

class LocalWarehouse implements WarehouseAccess {
  constructor(
    private readonly open: OpenEngine,
    private readonly warehouse: Warehouse,
  ) {}

  async query(question: WarehouseQuestion): Promise<WarehouseAnswer> {
    await this.loaded();
    return this.warehouse.query(question);
  }

  async cube(question: CubeQuestion): Promise<CubeAnswer> {
    await this.loaded();
    return cubeAnswer(this.warehouse, question);
  }

  async mart(mart: string, moment: MartMoment): Promise<MartAnswer> {
    await this.loaded();
    const { asOf, knownAt } = momentFrom(moment);
    const { value } = await this.open.engine.views.get('marts', mart, { after: await this.open.engine.events.head(), ...((asOf ?? knownAt) !== undefined && { moment: momentFrom(moment) }) });
    if (!value) throw new Failed(`There is no mart ${mart} at that moment; guanxi views marts lists those that there are.`);
    return martAnswer(this.warehouse, value as unknown as Parameters<typeof martAnswer>[1], moment);
  }

  async why(table: string, key: string, moment: WarehouseMoment): Promise<WhyAnswer> {
    await this.loaded();
    const answer = await this.warehouse.why(table, key, moment);
    if (answer.rows.length === 0) throw new Failed(`${table} has no row of "${key}" at that moment.`);
    return answer;
  }

  async status(): Promise<WarehouseStatus> {
    return this.warehouse.status();
  }

  async rebuild(): Promise<LoadRun> {
    const bar = progressBar('Filling the warehouse anew');
    return this.warehouse.rebuild((done, total) => bar.update(done, total)).finally(() => bar.end());
  }

  async close(): Promise<void> {
    try {
      await this.warehouse.close();
    } finally {
      await this.open.close();
    }
  }

  /** Nobody else waits for an answer: it may take as long as it takes. */
  private async loaded(): Promise<void> {
    const bar = progressBar('Loading the warehouse');
    await this.warehouse.catchUp({ timeoutMs: 2 ** 31 - 1, onProgress: (done, total) => bar.update(done, total) }).finally(() => bar.end());
  }
}

/** The server that has the data folder, over its HTTP API. */
function remote(url: string, credentials: Credentials): WarehouseAccess {
  return {
    query: (question) => askServer(url, credentials, 'POST', '/warehouse/query', question),
    cube: (question) => askServer(url, credentials, 'POST', '/cube/query', question),
    mart: (mart, { asOf, knownAt }) => {
      const moment = new URLSearchParams({ ...(asOf !== undefined && { asOf }), ...(knownAt !== undefined && { knownAt }) });
      return askServer(url, credentials, 'GET', `/cube/marts/${encodeURIComponent(mart)}?${moment.toString()}`);
    },
    why: (table, key, moment) => {
      const given = Object.entries(moment).filter(([, value]) => value !== undefined).map(([name, value]): [string, string] => [name, String(value)]);
      return askServer(url, credentials, 'GET', `/warehouse/why/${encodeURIComponent(table)}/${encodeURIComponent(key)}?${new URLSearchParams(given).toString()}`);
    },
    status: () => askServer(url, credentials, 'GET', '/warehouse'),
    rebuild: () => askServer(url, credentials, 'POST', '/warehouse/rebuild'),
    close: async () => undefined,
  };
}
