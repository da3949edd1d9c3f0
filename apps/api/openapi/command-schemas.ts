import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, ValidationTypes, type ValidationArguments } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import { type Class } from '#event-sourcing';

export type Schema = { [keyword: string]: unknown };

/** The part of class-validator's metadata that is looked at. */
interface Rule {
  target: unknown;
  propertyName: string;
  type: string;
  constraints?: unknown[];
  message?: string | ((args: ValidationArguments) => string);
}

type Convert = (rule: Rule) => Schema | undefined;

// Control characters but tab and line breaks.
const CONTROL = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f';

/** What the library does not know: our own validators, and those that it has no keyword for. */
const CONVERTERS: Readonly<Record<string, Schema | Convert>> = {
  matches: ({ constraints }) => ({ type: 'string', pattern: (constraints![0] as RegExp).source }),
  equals: ({ constraints }) => ({ const: constraints![0] }),
  isText: { type: 'string', minLength: 1, pattern: `^[^${CONTROL}]*[^\\s${CONTROL}][^${CONTROL}]*$` },
  isPhone: { type: 'string', minLength: 3, maxLength: 40, pattern: '^\\+?[0-9 ()./-]+$', examples: ['+86 28 5550 0118'] },
  isOccurredAt: { type: 'string', anyOf: [{ format: 'date' }, { format: 'date-time' }], examples: ['2026-01-31T18:00:00+08:00'] },
  isMoment: { type: 'string', format: 'date-time', examples: ['2026-01-31T18:00:00+08:00'] },
  isIsoDate: { type: 'string', format: 'date', examples: ['2026-01-31'] },
  isBirthday: { type: 'string', pattern: '^(\\d{4}|-)-\\d{2}-\\d{2}$', examples: ['1980-05-31'] },
  isISO31661Alpha2: { type: 'string', minLength: 2, maxLength: 2, examples: ['CN'] },
  isISO4217CurrencyCode: { type: 'string', minLength: 3, maxLength: 3, examples: ['EUR'] },
  isNumbers: { type: 'object', additionalProperties: { type: 'number' }, examples: [{ r: 0.24, alpha: 4.41 }] },
  isFacts: { type: 'object', additionalProperties: { type: ['string', 'number', 'null'] }, examples: [{ asOf: '2026-01-31T23:59:59.999Z', currency: 'EUR' }] },
  isEmail: { type: 'string', format: 'email', examples: ['li.wei@example.com'] },
  isUrl: { type: 'string', format: 'uri', examples: ['https://example.com/'] },
};

/** JSON Schemas of commands and of the classes that they are made of, from the decorators that validate them. */
export class CommandSchemas {
  readonly schemas: Record<string, Schema> = {};
  private readonly names = new Map<Class, string>();

  /** @param taken names of other schemas of the document. */
  constructor(private readonly taken: readonly string[]) {}

  /** Adds a class, and what it refers to; @returns the name of its schema. */
  add(type: Class): string {
    const known = this.names.get(type);
    if (known !== undefined) return known;
    const name = this.freeName(type.name);
    this.names.set(type, name);
    this.schemas[name] = {};
    this.schemas[name] = this.schemaOf(type);
    return name;
  }

  private schemaOf(type: Class): Schema {
    const schema = targetConstructorToSchema(type, {
      classTransformerMetadataStorage: defaultMetadataStorage,
      additionalConverters: { ...this.described(), [ValidationTypes.NESTED_VALIDATION]: (rule: Rule) => this.reference(rule) },
    }) as Schema;
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).map(([name, property]) => [name, takesNull(type, name) ? orNull(property) : property]);
    return { ...schema, properties: Object.fromEntries(properties) as Record<string, Schema>, additionalProperties: false };
  }

  private reference({ target, propertyName }: Rule): Schema {
    const type = defaultMetadataStorage.findTypeMetadata(target as never, propertyName);
    return { $ref: `#/components/schemas/${this.add(type.typeFunction() as Class)}` };
  }

  /** Converters that also say what a rule says in words. */
  private described(): Record<string, Convert> {
    return Object.fromEntries(Object.entries(CONVERTERS).map(([type, convert]) => [type, (rule: Rule) => {
      const schema = typeof convert === 'function' ? convert(rule) : convert;
      const words = typeof rule.message === 'string' ? rule.message.replace('$property ', '') : undefined;
      return words === undefined ? schema : { ...schema, description: words };
    }]));
  }

  private freeName(name: string): string {
    const taken = new Set([...this.taken, ...this.names.values()]);
    for (let count = 1; ; count++) {
      const candidate = count === 1 ? name : `${name}${count}`;
      if (!taken.has(candidate)) return candidate;
    }
  }
}

/** Whether no rule is asked where it is null: so it is with `@IsOptional`. */
function takesNull(type: Class, property: string): boolean {
  return getMetadataStorage().getTargetValidationMetadatas(type, '', false, false).some((rule) => {
    if (rule.propertyName !== property || rule.type !== ValidationTypes.CONDITIONAL_VALIDATION) return false;
    const [asks] = rule.constraints as [(object: object, value: unknown) => boolean];
    return !asks({ [property]: null }, null);
  });
}

function orNull(schema: Schema): Schema {
  const { $ref, type, enum: values } = schema as { $ref?: string; type?: string; enum?: unknown[] };
  if ($ref !== undefined) return { anyOf: [{ $ref }, { type: 'null' }] };
  return type === undefined ? schema : { ...schema, type: [type, 'null'], ...(values && { enum: [...values, null] }) };
}
