import { plainToInstance, TransformationType, type ClassConstructor } from 'class-transformer';
import { defaultMetadataStorage as decorators } from 'class-transformer/cjs/storage.js';

/** Of a class: the classes of its fields that are objects of one, by name as they are met. */
interface Shape {
  /** It asks for more than types. */
  isSpecial: boolean;
  fields: Map<string, ClassConstructor<object> | undefined>;
}

const shapes = new WeakMap<object, Shape>();

/**
 * An object of the class with these fields, objects in them too: what class-transformer makes of them, at a fifth of its
 * time, which counts where every row is a command. What asks for more than types is left to the library.
 */
export function instanceOf<T extends object>(type: ClassConstructor<T>, fields: Readonly<Record<string, unknown>>): T {
  const shape = shapeOf(type);
  const names = Object.keys(fields);
  for (const name of names) if (!shape.fields.has(name)) learn(type, name, shape);
  if (shape.isSpecial) return plainToInstance(type, fields);
  const instance = new type() as Record<string, unknown>;
  for (const name of names) instance[name] = valueOf(shape.fields.get(name), fields[name]);
  return instance as T;
}

function valueOf(type: ClassConstructor<object> | undefined, value: unknown): unknown {
  if (!type || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one: unknown) => valueOf(type, one));
  return instanceOf(type, value as Record<string, unknown>);
}

function shapeOf(type: ClassConstructor<object>): Shape {
  let shape = shapes.get(type);
  if (!shape) shapes.set(type, (shape = { isSpecial: decorators.getStrategy(type) !== 'none', fields: new Map() }));
  return shape;
}

function learn(type: ClassConstructor<object>, name: string, shape: Shape): void {
  const declared = decorators.findTypeMetadata(type, name) as { typeFunction(): unknown; options?: { discriminator?: unknown } } | undefined;
  const transforms = decorators.findTransformMetadatas(type, name, TransformationType.PLAIN_TO_CLASS);
  const isHidden = decorators.findExcludeMetadata(type, name) !== undefined || decorators.findExposeMetadata(type, name) !== undefined;
  shape.isSpecial ||= transforms.length > 0 || isHidden || declared?.options?.discriminator !== undefined;
  shape.fields.set(name, declared?.typeFunction() as ClassConstructor<object> | undefined);
}
