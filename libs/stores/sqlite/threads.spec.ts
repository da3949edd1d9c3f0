import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { init, parse } from 'es-module-lexer';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const workers = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.worker.js'));

/** All that a file imports, and what that imports, and so on: packages by their names. */
function loadedBy(file: URL, packages = new Set<string>(), seen = new Set<string>()): Set<string> {
  if (seen.has(file.href)) return packages;
  seen.add(file.href);
  if (!existsSync(file)) throw new Error(`${file.href} is imported and not there.`);
  for (const { n: specifier } of parse(readFileSync(file, 'utf8'))[0]) {
    if (specifier === undefined || specifier.startsWith('node:')) continue;
    if (specifier.startsWith('.')) loadedBy(new URL(specifier, file), packages, seen);
    else packages.add(specifier.replace(/^#vendor\/(.*)\.js$/, '$1'));
  }
  return packages;
}

describe('the threads of the embedded stores', () => {
  beforeAll(() => init);

  it.each(workers)('start soon, since %s loads little: neither the whole engine nor what that needs', (worker) => {
    const loaded = loadedBy(new URL(`file://${join(FOLDER, worker)}`));
    expect([...loaded].filter((name) => !['@photostructure/sqlite', 'lru-cache', 'quick-lru'].includes(name))).toEqual([]);
  });

  it('are those of the log, of documents, of keys and of backups', () => {
    expect(workers.length).toBeGreaterThanOrEqual(5);
  });
});
