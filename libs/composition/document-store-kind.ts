import { ValidateBy } from 'class-validator';

/** What GUANXI_DOCUMENT_STORE may be. The rest of a connection string is judged by the store that it names. */
export type DocumentStoreKind = 'embedded' | 'memory' | MongoUrl;

export type MongoUrl = `mongodb://${string}` | `mongodb+srv://${string}`;

export const isMongoUrl = (store: string): store is MongoUrl => /^mongodb(\+srv)?:\/\//.test(store);

export function IsDocumentStore(): PropertyDecorator {
  return ValidateBy({
    name: 'isDocumentStore',
    validator: {
      validate: (value) => typeof value === 'string' && (value === 'embedded' || value === 'memory' || isMongoUrl(value)),
      defaultMessage: () => '$property must be embedded, memory, or where MongoDB is: mongodb://host/database or mongodb+srv://host/database',
    },
  });
}
