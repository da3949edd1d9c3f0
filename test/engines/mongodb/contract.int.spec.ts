import { documentStoreContract } from '#event-sourcing/testing';
import { MongoDocumentStore } from '#stores/mongodb';
import { onEachServer } from './servers.js';

await onEachServer('read models in MongoDB', (server) => {
  documentStoreContract('MongoDocumentStore', {
    open: () => new MongoDocumentStore({ url: server.url() }),
    reopen: async (store) => {
      await store.close();
      return new MongoDocumentStore({ url: server.url() });
    },
    leftOut: server.leftOut,
  });
});
