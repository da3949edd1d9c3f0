import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreUnavailable, type Engine } from '#event-sourcing';
import { DataFolder, DataFolderInUse } from '#stores/sqlite';
import { loadConfiguration } from './configuration.js';
import { openEngine } from './engine.js';
import { InvalidConfiguration } from './invalid-configuration.js';
import { publishDefaultPolicies } from './policies.js';
import { openStores } from './stores.js';

/** Of the compiled tree: a context is a folder with a context.js, and has the folder's name. */
const LIBS = fileURLToPath(new URL('..', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guanxi-composition-'));
});
afterEach(() => rm(folder, { recursive: true }));

const configuration = (env: Record<string, string> = {}) => loadConfiguration({ GUANXI_DATA: folder, ...env });
const head = (engine: Engine) => engine.events.head();

describe('the engine that the configuration asks for', () => {
  it('has every context, and policies to start from', async () => {
    const { engine, close } = await openEngine(configuration({ GUANXI_EVENT_STORE: 'memory' }));
    const folders = (await readdir(LIBS, { withFileTypes: true })).filter((entry) => entry.isDirectory() && existsSync(join(LIBS, entry.name, 'context.js')));
    expect(engine.contexts.map(({ name }) => name).sort()).toEqual(folders.map(({ name }) => name).sort());
    const { value } = await engine.views.find('policies', {}, { after: await head(engine) });
    expect(value.items.map(({ _id }) => _id)).toEqual(['lifecycle/1', 'loyalty/1']);
    expect((await engine.views.get('process_versions', 'eight-steps/1', { after: await head(engine) })).value?.stages).toHaveLength(8);
    await close();
  });

  it('publishes policies once, and not again after a restart', async () => {
    const first = await openEngine(configuration());
    await publishDefaultPolicies(first.engine);
    expect(await head(first.engine)).toBe(5);
    await first.close();
    const second = await openEngine(configuration());
    expect(await head(second.engine)).toBe(5);
    await second.close();
  });

  it('keeps the data folder for itself until it is closed', async () => {
    const { close } = await openEngine(configuration());
    await expect(openStores(configuration())).rejects.toThrow(DataFolderInUse);
    await close();
    await (await openStores(configuration())).close();
  });

  it('takes no data folder where everything is in memory', async () => {
    const stores = await openStores(configuration({ GUANXI_EVENT_STORE: 'memory' }));
    expect(stores.folder).toBeUndefined();
    expect(await DataFolder.running(folder)).toBeUndefined();
    await stores.close();
  });

  it.each([
    ['mongodb://localhost/?retryWritse=true', /^GUANXI_DOCUMENT_STORE cannot be used: .*retrywritse/],
    ['mongodb://localhost:99999', /^GUANXI_DOCUMENT_STORE cannot be used: .*localhost:99999/],
    ['mongodb://localhost/read models', /^GUANXI_DOCUMENT_STORE cannot be used: .*database/],
  ])('says why %s is no MongoDB, and leaves the data folder free', async (url, why) => {
    await expect(openStores(configuration({ GUANXI_DOCUMENT_STORE: url }))).rejects.toThrow(InvalidConfiguration);
    await expect(openStores(configuration({ GUANXI_DOCUMENT_STORE: url }))).rejects.toThrow(why);
  });

  it('waits for a MongoDB that is away, and then says so', async () => {
    const stores = await openStores(configuration({ GUANXI_DOCUMENT_STORE: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100' }));
    await expect(stores.documents.listCollections()).rejects.toThrow(StoreUnavailable);
    await stores.close();
  });

  it('closes as often as it is told', async () => {
    const stores = await openStores(configuration());
    await stores.close();
    await stores.close();
  });
});
