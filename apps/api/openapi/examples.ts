import { type Schema } from './command-schemas.js';

/** What reads well where the schema would allow anything. */
const TELLING: Readonly<Record<string, unknown>> = {
  customerId: 'customer-1', purchaseId: 'purchase-1', interactionId: 'interaction-1', contactId: 'contact-1', name: 'Li Wei', amount: 1999,
  period: '2026-Q1', month: '2026-03', city: 'Chengdu', reason: 'Asked for by phone', product: 'Green tea, 250 g', place: 'Chengdu, shop 2', channel: 'phone', accesskeyId: 'shop', hash: 'MCPRptTYsCYlhrC1H_v61wn1DEkNEPMnN2pDAC46BNk', sharedWith: 'user:li-ming', userId: 'li-ming', value: '+86 28 5550 0118',
};

/** A value that the schema allows: of an object its required fields. */
export function exampleOf(schema: Schema, schemas: Readonly<Record<string, Schema>>, name = ''): unknown {
  const { $ref } = schema as { $ref?: string };
  if ($ref !== undefined) return exampleOf(schemas[$ref.split('/').at(-1)!]!, schemas, name);
  const { const: only, enum: values, examples } = schema as { const?: unknown; enum?: unknown[]; examples?: unknown[] };
  const [first] = [...(only === undefined ? [] : [only]), ...(values ?? []), ...(examples ?? [])];
  if (first !== undefined) return first;
  if (name in TELLING && typeof TELLING[name] === schema['type']) return TELLING[name];
  return byType(schema, schemas, name);
}

function byType(schema: Schema, schemas: Readonly<Record<string, Schema>>, name: string): unknown {
  switch (schema['type']) {
    case 'object': return objectOf(schema, schemas);
    case 'array': return Array.from({ length: Math.max(1, Number(schema['minItems'] ?? 1)) }, () => exampleOf(schema['items'] as Schema, schemas, name.replace(/s$/, '')));
    case 'integer':
    case 'number': return Math.max(1, Number(schema['minimum'] ?? 1));
    case 'boolean': return true;
    default: return schema['format'] === 'uuid' ? '6f1c1f6e-6c1e-4d6a-9d2e-0a4c7b1f2e3d' : name.endsWith('Id') ? `${name.slice(0, -2).toLowerCase()}-1` : 'example';
  }
}

function objectOf(schema: Schema, schemas: Readonly<Record<string, Schema>>): unknown {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, Schema>; required?: string[] };
  return Object.fromEntries(required.map((field) => [field, exampleOf(properties[field] ?? {}, schemas, field)]));
}
