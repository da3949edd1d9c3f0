import { documentStoreContract } from '#event-sourcing/testing';
import { MongoDocumentStore } from '#stores/mongodb';

const url = process.env['GUANXI_TEST_DOCUMENT_STORE']!;
documentStoreContract('MongoDocumentStore', {
  open: () => new MongoDocumentStore({ url }),
  reopen: async (store) => {
    await store.close();
    return new MongoDocumentStore({ url });
  },
});
