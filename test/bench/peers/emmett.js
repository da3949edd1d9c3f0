import { CommandHandler } from '@event-driven-io/emmett';
import { getSQLiteEventStore, sqliteConnection } from '@event-driven-io/emmett-sqlite';
import { join } from 'node:path';
import { validRename } from './rename-customer.js';

const nobody = () => ({ status: 'unknown', name: '' });

function evolve(customer, { type, data }) {
  if (type === 'CustomerRegistered') return { status: 'active', name: data.name };
  return { ...customer, name: data.name };
}

function decide({ customerId, name }, customer) {
  if (customer.status === 'unknown') throw new Error(`There is no customer ${customerId}.`);
  return customer.name === name ? [] : [{ type: 'CustomerRenamed', data: { customerId, name } }];
}

const handle = CommandHandler({ evolve, initialState: nobody });

/**
 * Emmett on its SQLite store. Its default pool opens the file anew for each read and each append; connections that stay
 * open make it five times as fast, so that is what is measured.
 * One connection carries one command at a time: its transactions are counted, not told apart.
 */
export async function open({ folder, customerIds, connections }) {
  const fileName = join(folder, 'emmett.db');
  const kept = Array.from({ length: connections }, () => sqliteConnection({ fileName }));
  const store = getSQLiteEventStore({ fileName, pool: poolOf(kept) });
  await store.schema.migrate();
  const [{ synchronous }] = await kept[0].query('PRAGMA synchronous');
  const [{ journal_mode: journal }] = await kept[0].query('PRAGMA journal_mode');
  await kept[0].withTransaction(async () => {
    for (const customerId of customerIds) {
      await store.appendToStream(`customer-${customerId}`, [{ type: 'CustomerRegistered', data: { customerId, name: 'New' } }]);
    }
  });
  return {
    durability: `SQLite file, journal_mode=${journal}, synchronous=${synchronous}: one fsync for each command`,
    inFlight: connections,
    rename: async (customerId, name) => {
      const command = validRename(customerId, name);
      await handle(store, `customer-${customerId}`, (customer) => decide(command, customer));
    },
    close: async () => {
      for (const connection of kept) await connection.close();
    },
  };
}

function poolOf(connections) {
  const free = [...connections];
  const waiting = [];
  const leave = (connection) => (waiting.length > 0 ? waiting.shift()(connection) : free.push(connection));
  return {
    connection: async () => connections[0],
    withConnection: async (use) => {
      const connection = free.pop() ?? (await new Promise((resolve) => waiting.push(resolve)));
      try {
        return await use(connection);
      } finally {
        leave(connection);
      }
    },
    close: async () => undefined,
  };
}
