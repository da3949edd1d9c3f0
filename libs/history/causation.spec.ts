import { describe, expect, it } from '@jest/globals';
import { linksAmong } from './causation.js';

describe('the tree of causation', () => {
  it('tells which event led to which, by its id or by the command that made it', () => {
    const links = linksAmong([
      { id: 'a', commandId: 'c1', causationId: 'c1' },
      { id: 'b', commandId: 'c1', causationId: 'c1' },
      { id: 'c', commandId: 'c2', causationId: 'a' },
      { id: 'd', commandId: 'c3', causationId: 'c2' },
      { id: 'e', commandId: 'c4', causationId: 'elsewhere' },
    ]);
    expect(Object.fromEntries(links)).toEqual({
      a: { effects: ['c'], depth: 0 }, b: { effects: [], depth: 0 }, c: { cause: 'a', effects: ['d'], depth: 1 }, d: { cause: 'c', effects: [], depth: 2 },
      e: { effects: [], depth: 0 },
    });
  });
});
