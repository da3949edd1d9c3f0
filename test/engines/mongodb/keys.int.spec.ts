import { afterAll } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { keyStoreContract } from '#privacy/testing';
import { MongoKeyStore } from '#stores/mongodb';
import type { KeyStore } from '#privacy';
import { inDatabaseOfItsOwn } from './database-of-its-own.js';
import { onEachServer } from './servers.js';

await onEachServer('keys in MongoDB', (server) => {
  const urls = new WeakMap<KeyStore, string>();
  const used = new Set<string>();
  afterAll(async () => {
    for (const url of used) {
      const client = new MongoClient(url);
      await client.db().dropDatabase();
      await client.close();
    }
  });
  const open = async (url = inDatabaseOfItsOwn(server.url())) => {
    const store = new MongoKeyStore({ url });
    urls.set(store, url);
    used.add(url);
    return store;
  };
  keyStoreContract('MongoKeyStore', {
    open: () => open(),
    reopen: async (store) => {
      await store.close();
      return open(urls.get(store));
    },
  });
});
