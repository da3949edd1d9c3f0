import { existsSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { asSystem, periodOf, questionsOf, sightingsOf, whoCouldSee, type PossibleViewer } from '#access';
import { type Configuration } from '#composition';
import { findDuplicates, type DuplicateSearch } from '#duplicates';
import { withContext, type CommandResult } from '#event-sourcing';
import { DataFolder } from '#stores/sqlite';
import { catchUp } from '../operations/catch-up.js';
import { credentialsOf, operator, type Credentials } from './credentials.js';
import { type LocalAccess } from './local-access.js';
import { openFolder } from './open-access.js';
import { askServer } from './remote-audit.js';

/** Who could have seen a record, at any time from `from` to `to`. */
export interface CouldSee {
  customer: string;
  from: string;
  to: string;
  items: PossibleViewer[];
}

/** Who saw a record, and the questions over all records that it may have gone into. */
export interface Saw {
  customer: string;
  items: Record<string, unknown>[];
  questions: Record<string, unknown>[];
}

/** What a command line can say and ask of rights, whether it opens the data folder or a server has it. */
export interface RightsAccess {
  send(command: string, fields: object): Promise<CommandResult>;
  list(view: string): Promise<Record<string, unknown>[]>;
  couldSee(customer: string, asOf: string): Promise<CouldSee>;
  saw(customer: string, limit: number): Promise<Saw>;
  findDuplicates(): Promise<DuplicateSearch>;
  close(): Promise<void>;
}

/** @throws Failed there is no data yet. @throws DataFolderInUse */
export async function openRightsAccess(configuration: Configuration): Promise<RightsAccess> {
  const running = existsSync(configuration.data) && configuration.eventStore === 'embedded' ? await DataFolder.running(configuration.data) : undefined;
  return running?.url !== undefined ? remote(running.url, await credentialsOf(configuration)) : local(await openFolder(configuration));
}

function local(folder: LocalAccess): RightsAccess {
  const { engine } = folder;
  const rows = async (view: string, parameters: Record<string, string>) => (await folder.list(view, parameters)).items;
  return {
    send: (name, fields) => {
      const { command } = engine.commands.byName(name)!;
      return engine.commands.execute(withContext(plainToInstance(command as new () => object, fields), { actor: operator(), source: 'cli' }));
    },
    list: (view) => rows(view, { limit: '1000' }),
    couldSee: async (customer, asOf) => {
      const period = periodOf(asOf, new Date());
      return { customer, ...period, items: await whoCouldSee(engine.events, questionsOf(engine.contexts), customer, period) };
    },
    saw: async (customer, limit) => {
      await folder.recorded();
      const ask = (filter: object) => rows('sightings', { filter: JSON.stringify(filter), sort: '-lastAt', limit: String(limit) });
      return { customer, items: await ask(await sightingsOf(engine.events, customer)), questions: await ask({ question: { $exists: true } }) };
    },
    findDuplicates: async () => {
      await catchUp(engine);
      return asSystem(() => findDuplicates(engine, { actor: operator(), source: 'cli' }));
    },
    close: () => folder.close(),
  };
}

/** The server that has the data folder, over its HTTP API. */
function remote(url: string, credentials: Credentials): RightsAccess {
  const get = <T>(path: string) => askServer<T>(url, credentials, 'GET', path);
  return {
    send: (name, fields) => askServer(url, credentials, 'POST', `/commands/${name}`, fields),
    list: async (view) => (await get<{ items: Record<string, unknown>[] }>(`/views/${view}?limit=1000`)).items,
    couldSee: (customer, asOf) => get(`/access/who-could-see/${encodeURIComponent(customer)}?asOf=${encodeURIComponent(asOf)}`),
    saw: (customer, limit) => get(`/access/who-saw/${encodeURIComponent(customer)}?limit=${limit}`),
    findDuplicates: () => askServer(url, credentials, 'POST', '/duplicates/searches'),
    close: async () => undefined,
  };
}

