import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { contexts } from '#composition';
import { Engine, eventTypeOf, type EventStore, type EventType } from '#event-sourcing';
import { LocalMasterKey, pathsWithin, planOf, subjectAt, SubjectKeys, withSealing } from '#privacy';
import { MemoryDocumentStore, MemoryEventStore, MemoryKeyStore } from '#stores/memory';

/** Fields that by their names hold an id, a moment, a day or a code. */
const NEVER_PERSONAL = /^(id|currency|since)$|(Id|Ids|At|On|For|From)$/;

const LIBS = join(import.meta.dirname, '../../../libs');

/** Fields of event classes, by the name of the class, whose type lets any text in. */
function fieldsWithText(): Map<string, string[]> {
  const files = readdirSync(LIBS, { recursive: true, encoding: 'utf8' }).filter((file) => /^[a-z-]+(\/[a-z-]+)?\/domain\/[a-z-]+\.ts$/.test(file) && !file.endsWith('.spec.ts'));
  const program = ts.createProgram(files.map((file) => join(LIBS, file)), {
    strict: true, noEmit: true, skipLibCheck: true, experimentalDecorators: true, module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022, types: [], paths: { '#*': [join(LIBS, '*/index.ts')] },
  });
  const checker = program.getTypeChecker();
  const found = new Map<string, string[]>();
  for (const file of files) {
    ts.forEachChild(program.getSourceFile(join(LIBS, file))!, (node) => {
      if (!ts.isClassDeclaration(node) || !node.name) return;
      const fields = node.members.filter(ts.isPropertyDeclaration).filter((member) => letsTextIn(checker, member.name.getText(), checker.getTypeAtLocation(member)));
      found.set(node.name.text, fields.map((member) => member.name.getText()));
    });
  }
  return found;
}

function letsTextIn(checker: ts.TypeChecker, name: string, type: ts.Type): boolean {
  if (NEVER_PERSONAL.test(name)) return false;
  if (type.isUnion()) return type.types.some((one) => letsTextIn(checker, name, one));
  if (type.flags & (ts.TypeFlags.String | ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return true;
  if (!(type.flags & ts.TypeFlags.Object)) return false;
  const element = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
  if (element) return letsTextIn(checker, name, element);
  return type.getProperties().some((property) => letsTextIn(checker, property.name, checker.getTypeOfSymbol(property)));
}

const types = contexts.flatMap(({ events }) => events.map(eventTypeOf));

/** Ids in every field that says whom the event is about. */
function idsFor({ personal }: EventType, id: string): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const path of personal.flatMap(({ subjects }) => (subjects.length > 0 ? subjects : ['customerId']))) {
    const [first, inner] = path.split('.') as [string, string | undefined];
    if (inner === undefined) data[first] = id;
    else data[first] = { ...(data[first] as object | undefined), [inner === '*' ? 'customerId' : inner]: id };
  }
  return data;
}

describe('the fields of events', () => {
  it('that let text in are declared to be personal or plain, each', () => {
    const texts = fieldsWithText();
    const undeclared = types.flatMap(({ class: { name }, personal, plain }) => {
      const declared = [...personal.map(({ field }) => field), ...plain];
      return (texts.get(name) ?? [`(the class ${name} was not found)`]).filter((field) => !declared.includes(field)).map((field) => `${name}.${field}`);
    });
    expect(undeclared).toEqual([]);
    // That the look at the classes sees anything at all.
    expect(texts.get('CustomerRegistered')).toEqual(['name']);
    expect(texts.get('PurchaseCorrected')).toEqual(['from', 'to', 'reason']);
    expect(texts.get('ContactFamilySituationRecorded')).toEqual(['family']);
  });

  it('that are personal are sealed, in every class of events, and gone with the key of whom they are about', async () => {
    const [stored, keys] = [new MemoryEventStore(), new SubjectKeys(new MemoryKeyStore(), LocalMasterKey.inMemory())];
    await keys.check();
    const { events } = new Engine({ contexts, events: stored, documents: new MemoryDocumentStore(), protect: (log, known) => withSealing(log, keys, known) });
    const made = types.filter(({ personal }) => personal.length > 0).map((type, index) => {
      const marks = type.personal.map(({ field }) => `Mä${index}-${field}!`);
      return { type, marks, data: { ...idsFor(type, `n${index}`), ...Object.fromEntries(type.personal.map(({ field }, at) => [field, marks[at]])) } };
    });
    expect(made.length).toBeGreaterThan(80);
    for (const [index, { type, data }] of made.entries()) {
      const metadata = { commandId: 'c', correlationId: 'c', actor: 'tester', source: 'test' };
      await events.append(`made-${index}`, 'none', [{ id: randomUUID(), type: type.name, schemaVersion: type.version, occurredAt: '2026-01-05T12:00:00.000Z', data, metadata }]);
    }
    const told = async (of: EventStore) => {
      const read: string[] = [];
      for await (const page of of.readAll()) read.push(...page.events.map(({ data }) => JSON.stringify(data)));
      return made.map(({ type, marks }, index) => [type.name, marks.filter((mark) => read[index]!.includes(mark)).length]);
    };
    const none = made.map(({ type }) => [type.name, 0]);
    expect(await told(stored)).toEqual(none);
    expect(await told(events)).toEqual(made.map(({ type, marks }) => [type.name, marks.length]));
    const subjects = made.flatMap(({ type, data }) => planOf(type).flatMap(({ subjects: paths, within }) => [...paths, ...(within === undefined ? [] : pathsWithin(data, within))].flatMap((path) => subjectAt(data, path) ?? [])));
    for (const subject of new Set(subjects)) await keys.destroy(subject, { id: randomUUID(), orderedAt: '2026-01-06T12:00:00.000Z', orderedBy: 'tester', reason: 'request' });
    expect(await told(events)).toEqual(none);
  });

  it('are never both', () => {
    expect(types.flatMap(({ name, personal, plain }) => personal.filter(({ field }) => plain.includes(field)).map(({ field }) => `${name}.${field}`))).toEqual([]);
  });
});
