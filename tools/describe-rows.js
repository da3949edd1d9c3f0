// Writes the fields of the rows of every view into dist/libs/rows.json, as JSON Schemas, for the description of the HTTP
// API: types and comments as they stand in the source. A tree that was compiled without this step runs as well; its
// description then says less.
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const DEEPEST = 6;

const files = readdirSync(join(root, 'libs'), { recursive: true, encoding: 'utf8' }).filter((file) => /(^|\/)views\/[^/]+\.view\.ts$/.test(file)).sort();
const program = ts.createProgram(files.map((file) => join(root, 'libs', file)), {
  strict: true, noEmit: true, skipLibCheck: true, experimentalDecorators: true, types: [], target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, paths: { '#*': [join(root, 'libs/*/index.ts')] },
});
const checker = program.getTypeChecker();

const rows = {};
for (const file of files) {
  const compiled = await import(pathToFileURL(join(root, 'dist/libs', file.replace(/\.ts$/, '.js'))).href);
  const source = checker.getSymbolAtLocation(program.getSourceFile(join(root, 'libs', file)));
  for (const symbol of source ? checker.getExportsOfModule(source) : []) {
    const type = checker.getTypeOfSymbol(symbol);
    if (type.symbol?.name !== 'View') continue;
    const [, answer] = checker.getTypeArguments(type);
    rows[compiled[symbol.name].name] = rowOf(answer);
  }
}
writeFileSync(join(root, 'dist/libs/rows.json'), JSON.stringify(rows));

/** Of rows of several kinds every field of any. */
function rowOf(type) {
  if (!type.isUnion()) return schemaOf(type);
  const properties = type.types.flatMap((each) => checker.getPropertiesOfType(each));
  const kindsOf = (name) => unionOf(properties.filter((property) => property.name === name).map((property) => checker.getTypeOfSymbol(property)), [type]);
  return { type: 'object', properties: Object.fromEntries([...new Set(properties.map(({ name }) => name))].map((name) => [name, kindsOf(name)])) };
}

function schemaOf(type, above = []) {
  if (type.isUnion()) return unionOf(type.types, above);
  if (type.isLiteral()) return { const: type.value };
  if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' };
  if (type.flags & ts.TypeFlags.StringLike) return { type: 'string' };
  if (type.flags & ts.TypeFlags.NumberLike) return { type: 'number' };
  if (type.flags & ts.TypeFlags.BooleanLike) return { type: 'boolean' };
  if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
  if (checker.isTupleType(type)) return { type: 'array', items: unionOf(checker.getTypeArguments(type), above) };
  if (checker.isArrayType(type)) return { type: 'array', items: schemaOf(checker.getTypeArguments(type)[0], above) };
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) || above.includes(type) || above.length === DEEPEST) return {};
  return objectOf(type, [...above, type]);
}

function objectOf(type, above) {
  const properties = Object.fromEntries(checker.getPropertiesOfType(type).map((property) => [property.name, propertyOf(property, above)]));
  const others = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  return { type: 'object', ...(Object.keys(properties).length > 0 && { properties }), ...(others && { additionalProperties: schemaOf(others, above) }) };
}

function propertyOf(property, above) {
  const description = ts.displayPartsToString(property.getDocumentationComment(checker)).replaceAll('\n', ' ');
  return { ...schemaOf(checker.getTypeOfSymbol(property), above), ...(description && { description }) };
}

/** What may be left out is no kind of its own. */
function unionOf(types, above) {
  const kinds = unique(types.filter((type) => !(type.flags & ts.TypeFlags.Undefined)).map((type) => schemaOf(type, above)));
  const values = kinds.filter((kind) => 'const' in kind).map((kind) => kind.const);
  if (values.length > 0 && values.length === kinds.filter((kind) => kind.type !== 'null').length) {
    const isNull = kinds.length > values.length;
    const isBoolean = values.every((value) => typeof value === 'boolean');
    if (isBoolean && values.length === 2) return { type: isNull ? ['boolean', 'null'] : 'boolean' };
    return { enum: [...values, ...(isNull ? [null] : [])] };
  }
  if (kinds.length === 1) return kinds[0];
  const isSimple = kinds.every((kind) => Object.keys(kind).length === 1 && typeof kind.type === 'string');
  return isSimple ? { type: kinds.map((kind) => kind.type) } : { anyOf: kinds };
}

function unique(schemas) {
  return [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
}
