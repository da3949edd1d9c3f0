import { hashOf, keyText, newKey } from '#access';
import { type Answered, type Started } from './support.js';

/** Somebody with a key, and what they are answered. */
export interface Identity {
  /** As events name them. */
  subject: string;
  key: string;
  headers: { authorization: string };
  get: (path: string, headers?: Record<string, string>) => Promise<Answered>;
  post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answered>;
  send: (command: string, body: unknown) => Promise<Answered>;
}

export interface Holding {
  team?: string;
  territory?: string;
  branch?: string;
  expiresAt?: string;
}

/** A new key with these roles, which counts already. */
export async function identity(api: Started, roles: readonly string[], holding: Holding = {}): Promise<Identity> {
  const key = newKey();
  await counts(api, api.send('IssueKey', { accesskeyId: key.id, name: roles.join(), hash: hashOf(key), roles, ...holding }));
  return withKey(api, keyText(key), `key:${key.id}`);
}

export function withKey(api: Started, key: string, subject = ''): Identity {
  const headers = { authorization: `Bearer ${key}` };
  return {
    subject, key, headers,
    get: (path, more) => api.get(path, { ...headers, ...more }),
    post: (path, body, more) => api.post(path, body, { ...headers, ...more }),
    send: (command, body) => api.send(command, body, headers),
  };
}

/** Resolves when what a command did counts for rights. @throws Error it was refused. */
export async function counts(api: Started, sent: Promise<Answered>): Promise<void> {
  const { status, body } = await sent;
  if (status >= 300) throw new Error(`It was answered ${status}: ${JSON.stringify(body)}`);
  await api.access.memory.reached(body.position as number);
}
