import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type RecordedEvent } from '#event-sourcing';
import { appendNotes, AuditedFolder } from '../testing.js';
import { verifyLog } from '../verification/verify.js';
import { AuditKey } from './audit-key.js';
import { openHead, signHead, type Head } from './head.js';
import { KeyChain, openRotation, signRotation } from './key-chain.js';
import { InvalidNote, parseVerifierKey, verifierKey } from './signed-note.js';

const root = Buffer.alloc(32, 7);
const time = '2026-01-05T12:00:00.000Z';
const at = (size: number) => ({ size, root, position: size, time });

describe('a chain of keys', () => {
  const [first, second, third] = [AuditKey.inMemory()].flatMap((key) => [key, key.successor(), key.successor()]) as [AuditKey, AuditKey, AuditKey];
  const rotations = [signRotation(first, second, at(10)), signRotation(second, third, at(20))];

  it('has one name, and a key for the heads of each time', () => {
    expect(new Set([first, second, third].map(({ name }) => name)).size).toBe(1);
    const chain = new KeyChain([...rotations].reverse(), third);
    expect([5, 10, 11, 20, 21].map((size) => verifierKey(chain.verifierFor(size)))).toEqual([first, first, second, second, third].map(verifierKey));
    expect(chain.open(signHead(first, at(10)).checkpoint)).toMatchObject({ size: 10 });
    for (const stolen of [first, second]) expect(() => chain.open(signHead(stolen, at(21)).checkpoint)).toThrow(InvalidNote);
  });

  it('is held together by both keys of each link, and what does not lead to the key in force is no part of it', () => {
    expect(openRotation(rotations[0]!.note)).toMatchObject({ size: 10, root, time });
    expect(() => openRotation(rotations[0]!.note.replace('size 10', 'size 11'))).toThrow(/does not fit the text/);
    expect(() => openRotation(rotations[0]!.note.trimEnd().split('\n').slice(0, -1).join('\n') + '\n')).toThrow(/It is not signed by/);
    const stranger = signRotation(first, first.successor(), at(15));
    expect(new KeyChain([stranger, ...rotations], third)).toMatchObject({ rotations, strangers: [stranger] });
  });
});

describe('a key that is rotated', () => {
  let place: AuditedFolder;
  beforeEach(() => void (place = new AuditedFolder()));
  afterEach(() => place.remove());

  const signedBy = ({ checkpoint }: Head, key: string) => openHead(checkpoint, parseVerifierKey(key)).size;

  it('leaves heads of before as they are, signs those that follow with another, and is told by the log', async () => {
    const keys: string[] = [];
    await place.open(async ({ audit, events }) => {
      for (let round = 0; round < 3; round++) {
        await appendNotes(events, 5, 5 * round);
        await audit.makeHead();
        keys.push(audit.publicKey);
        if (round < 2) await audit.rotateKey('cli:tester');
      }
    });
    expect(new Set(keys).size).toBe(3);
    await place.open(async ({ audit, events, documents }) => {
      expect(audit.publicKey).toBe(keys[2]);
      const { heads, invalid } = await audit.heads.list();
      expect([heads.map(({ size }) => size), invalid]).toEqual([[5, 6, 11, 12, 17], []]);
      expect(heads.map((head, index) => signedBy(head, keys[[0, 1, 1, 2, 2][index]!]!))).toEqual([5, 6, 11, 12, 17]);
      expect(await verifyLog(audit, documents)).toMatchObject({ ok: true, heads: { checked: 5, matching: 5, invalid: [] } });
      const recorded: RecordedEvent[] = [];
      for await (const page of events.readStream('auditkeys-heads')) recorded.push(...page);
      expect(recorded).toMatchObject([[0, 1], [1, 2]].map(([former, key]) => ({ type: 'AuditKeyRotated', data: { formerKey: keys[former!], key: keys[key!] }, metadata: { actor: 'cli:tester' } })));
    });
    expect(readFileSync(place.key, 'utf8')).toMatch(/^log guanxi\/[0-9a-f]{16}\n-----BEGIN PRIVATE KEY-----/);
  });

  it('signs nothing any more, whoever has kept it', async () => {
    const kept = await place.open(async ({ audit, events }) => {
      await appendNotes(events, 3);
      const { key } = audit;
      await audit.rotateKey('cli:tester');
      return key;
    });
    writeFileSync(join(place.heads, '000000000009-0707070707070707.checkpoint'), signHead(kept, at(9)).checkpoint);
    await place.open(async ({ audit, documents }) => {
      const report = await verifyLog(audit, documents);
      expect(report).toMatchObject({ ok: false, heads: { invalid: [{ why: expect.stringContaining('It is not signed by') }] } });
    });
  });

  it.each([['before both keys have signed it', false], ['after that', true]])('in a run that ends %s, is in force as that says', async (_, isSigned) => {
    const [former, next] = await place.open(async ({ audit, events }) => {
      await appendNotes(events, 3);
      const before = audit.publicKey;
      const successor = audit.key.successor();
      const { size, root: of } = await audit.makeHead();
      successor.waitAt(place.key);
      if (isSigned) await audit.heads.keepRotation(signRotation(audit.key, successor, { size, root: of, time }));
      return [before, verifierKey(successor)];
    });
    await place.open(async ({ audit, events, documents }) => {
      expect(audit.publicKey).toBe(isSigned ? next : former);
      await audit.makeHead();
      const recorded: RecordedEvent[] = [];
      for await (const page of events.readStream('auditkeys-heads')) recorded.push(...page);
      expect(recorded.map(({ data }) => (data as { key: string }).key)).toEqual(isSigned ? [next] : []);
      expect(await verifyLog(audit, documents)).toMatchObject({ ok: true });
    });
    expect(readdirSync(place.path).filter((name) => name.endsWith('.next'))).toEqual([]);
  });

  it('cannot be swapped without both signatures', async () => {
    await place.open(async ({ audit, events }) => {
      await appendNotes(events, 3);
      await audit.makeHead();
    });
    AuditKey.inMemory().waitAt(place.key);
    renameSync(`${place.key}.next`, place.key);
    await place.open(async ({ audit, documents }) => expect(await verifyLog(audit, documents)).toMatchObject({ ok: false, heads: { invalid: [{ why: expect.stringContaining('It is not signed by') }] } }));
  });
});
