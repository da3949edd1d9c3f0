import { userInfo } from 'node:os';
import { keyFrom, keyText, readKey } from '#access';
import { type Configuration } from '#composition';
import { Failed } from '../terminal/exit.js';

/** Headers that show a server who asks. */
export type Credentials = Readonly<{ authorization: string }>;

/** The key that is given with GUANXI_KEY or, without it, the one in the data folder. @throws Failed there is none. @throws UnusableKeyFile */
export async function credentialsOf({ access: { key, keyFile } }: Configuration): Promise<Credentials> {
  const shown = key === undefined ? keyFile && (await readKey(keyFile)) : keyFrom(key);
  if (!shown) throw new Failed(`The server asks who you are: give a key with GUANXI_KEY${keyFile === undefined ? '' : `, or put one into ${keyFile}`}.`);
  return { authorization: `Bearer ${keyText(shown)}` };
}

/** Who has the data folder in hand acts as its operator, under the name that the operating system knows. */
export function operator(): string {
  return `cli:${userInfo().username}`;
}
