import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));
const section = readFileSync(join(DOCS, 'engines.md'), 'utf8').split('## What EventStoreDB does, and which test proves it')[1]!;

/** The letter of each suite, and the text of its files. */
const suites = new Map([...section.matchAll(/^\| \*\*([A-Z])\*\* \| \[`([^`]+)`\]\(([^)]+)\)/gm)].map(([, letter, name, link]) => [letter!, sourcesOf(name!, dirname(link!))]));

/** Titles as they stand in the source. */
function sourcesOf(name: string, folder: string): string {
  const wanted = new RegExp(`^${name.replaceAll('.', '\\.').replace('*', '[a-z-]+')}$`);
  const files = readdirSync(join(DOCS, folder)).filter((file) => wanted.test(file));
  return files.map((file) => readFileSync(join(DOCS, folder, file), 'utf8')).join('\n').replaceAll("\\'", "'");
}

const rows = section.split('\n').filter((line) => line.includes('“')).map((line) => line.split(' | '));

describe('what EventStoreDB does', () => {
  it('is proven by tests that exist, each of them', () => {
    const named = rows.flatMap((cells) => [...cells.at(-1)!.matchAll(/([A-Z]) “([^”]+)”/g)].map(([, letter, title]) => [letter!, title!] as const));
    expect(named.length).toBeGreaterThan(60);
    const missing = named.filter(([letter, title]) => !new RegExp(`^\\s*(it\\(|it\\.each.*\\(|\\]\\)\\()['"\`]${escaped(title)}['"\`]`, 'm').test(suites.get(letter) ?? ''));
    expect(missing).toEqual([]);
  });

  it('is said with what is made of it, and with a test, in every line', () => {
    expect([...suites.keys()]).toEqual(['B', 'C', 'F', 'N', 'M', 'S', 'O']);
    for (const [does, makes, proven, ...more] of rows) expect([does!.length > 20, makes!.length > 5, /^[A-Z] “/.test(proven!), more]).toEqual([true, true, true, []]);
  });

  it('leaves out no test of the server itself', () => {
    const titles = [...suites.get('B')!.matchAll(/^ {2}(?:it\(|\]\)\()'(.+?)', async/gm)].map(([, title]) => title!);
    expect(titles.length).toBeGreaterThan(12);
    expect(titles.filter((title) => !section.includes(`B “${title}”`))).toEqual([]);
  });
});

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
