import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Engine } from '#event-sourcing';
import { command } from '#event-sourcing/testing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { CollectPoints, RedeemPoints } from './example/commands/points.js';
import { cards } from './example/context.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) => name.endsWith('.md'));

interface Snippet {
  page: string;
  source: string;
  region: string;
  shown: string;
}

/** Code blocks behind `<!-- snippet: path#region -->`. */
function snippetsOf(page: string): Snippet[] {
  const marked = /<!-- snippet: (\S+)#(\S+) -->\n```\w*\n([\s\S]*?)```/g;
  return [...readFileSync(join(root, page), 'utf8').matchAll(marked)].map(([, source, region, shown]) => ({
    page,
    source: source!,
    region: region!,
    shown: shown!.trim(),
  }));
}

function regionOf(source: string, region: string): string {
  const text = readFileSync(join(root, source), 'utf8');
  return text.split(`// #region ${region}\n`)[1]?.split('// #endregion')[0]?.trim() ?? `${source} has no region ${region}`;
}

/** Files and folders of the repository that a page points to. */
function linksOf(page: string): string[] {
  return [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => target!);
}

describe.each(pages)('%s', (page) => {
  it('shows code that is compiled and tested, to the letter', () => {
    for (const { source, region, shown } of snippetsOf(page)) expect(shown).toBe(regionOf(source, region));
  });

  it('points only to what exists', () => {
    const folder = join(root, page, '..');
    for (const target of linksOf(page)) expect(() => readdirOrFile(join(folder, target))).not.toThrow();
  });
});

it('the pages do show snippets', () => {
  expect(pages.flatMap(snippetsOf).length).toBeGreaterThan(4);
});

describe('the example of the pages', () => {
  it('is found, routed, validated, decided and projected without being listed anywhere', async () => {
    const engine = new Engine({ contexts: [cards], events: new MemoryEventStore(), documents: new MemoryDocumentStore() });
    await engine.start();
    await engine.commands.execute(command(CollectPoints, { cardId: 'c1', customerId: 'ada', points: 100 }));
    const { position } = await engine.commands.execute(command(RedeemPoints, { cardId: 'c1', customerId: 'ada', points: 30 }));
    await expect(engine.commands.execute(command(RedeemPoints, { cardId: 'c1', customerId: 'ada', points: 71 }))).rejects.toThrow('at most');
    expect((await engine.views.get('card_points', 'c1', { after: position })).value).toMatchObject({ customerId: 'ada', points: 70 });
    await engine.stop();
  });

  it('has an analysis that is found, takes parameters, and tells of any day', async () => {
    let time = '2026-01-01T10:00:00.000Z';
    const engine = new Engine({ contexts: [cards], events: new MemoryEventStore(), documents: new MemoryDocumentStore(), clock: { now: () => new Date(time) } });
    await engine.start();
    const { position } = await engine.commands.execute(command(CollectPoints, { cardId: 'c1', customerId: 'ada', points: 100 }));
    time = '2026-06-01T00:00:00.000Z';
    const answer = async (days: string) => (await engine.analyses.answer('idle_points', { after: position, parameters: { days } })).value;
    expect(await answer('150')).toMatchObject({ rows: [{ customerId: 'ada', points: 100, idleDays: 150 }], summary: { cards: 1, points: 100 } });
    expect((await answer('151')).rows).toEqual([]);
    await expect(answer('soon')).rejects.toThrow('days must');
    const { answers } = await engine.analyses.series('idle_points', { span: { first: '2026-03-30', last: '2026-04-02' }, parameters: { days: 90 } });
    const cardsIdle: unknown[] = [];
    for await (const { day, answer: { summary } } of answers) cardsIdle.push([day, summary['cards']]);
    expect(cardsIdle).toEqual([['2026-03-30', 0], ['2026-03-31', 0], ['2026-04-01', 1], ['2026-04-02', 1]]);
    await engine.stop();
  });

  it('keeps a command under 30 lines', () => {
    const lines = ['domain/card.ts#event', 'commands/points.ts#command'].map((place) => {
      const [file, region] = place.split('#') as [string, string];
      return regionOf(`test/docs/example/${file}`, region).split('\n').length;
    });
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThan(30);
  });
});

function readdirOrFile(path: string): void {
  try {
    readdirSync(path);
  } catch {
    readFileSync(path);
  }
}
