import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { contexts } from '#composition';
import { eventTypeOf } from '#event-sourcing';

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

  it('are never both', () => {
    expect(types.flatMap(({ name, personal, plain }) => personal.filter(({ field }) => plain.includes(field)).map(({ field }) => `${name}.${field}`))).toEqual([]);
  });
});
