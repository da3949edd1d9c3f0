import { randomUUID } from 'node:crypto';
import { ConnectionString } from 'mongodb-connection-string-url';

/** Another database on the same server: an engine names its collections itself, so that others could be in the way. */
export function inDatabaseOfItsOwn(address: string): string {
  const url = new ConnectionString(address);
  if (url.username && !url.searchParams.has('authSource')) url.searchParams.set('authSource', url.pathname.slice(1) || 'admin');
  url.pathname = `/engine_${randomUUID().slice(0, 8)}`;
  return url.toString();
}
