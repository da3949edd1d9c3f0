import { type Credentials } from './credentials.js';
import { Failed, WrongUsage } from '../terminal/exit.js';

/** Kinds of problems (RFC 9457) that lie in the command line, not in what it asks for. */
const USAGE_PROBLEMS = ['invalid-request', 'invalid-command', 'invalid-query'];

interface Problem {
  type: string;
  detail: string;
}

/** @throws WrongUsage @throws Failed with what the server says. */
export async function askServer<T>(url: string, credentials: Credentials, method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  return (await (await request(url, credentials, method, path, body)).json()) as T;
}

/** The body as it comes. @throws Failed also where it breaks off. */
export async function* streamFromServer(url: string, credentials: Credentials, path: string): AsyncIterable<Uint8Array> {
  const { body } = await request(url, credentials, 'GET', path);
  try {
    for await (const chunk of body!) yield chunk;
  } catch (error) {
    throw new Failed(`The answer of ${url} broke off (${(error as Error).message}).`, { cause: error });
  }
}

async function request(url: string, credentials: Credentials, method: string, path: string, body?: object): Promise<Response> {
  const content = body && { headers: { ...credentials, 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url + path, { method, headers: credentials, ...content }).catch((error: Error) => {
    throw new Failed(`${url} has the data folder and does not answer (${(error.cause as Error | undefined)?.message ?? error.message}).`, { cause: error });
  });
  if (response.ok) return response;
  const text = await response.text();
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) throw new Failed(`${response.url} answered ${response.status} ${response.statusText}.`);
  const { type, detail } = JSON.parse(text) as Problem;
  throw USAGE_PROBLEMS.some((each) => type.endsWith(`/${each}`)) ? new WrongUsage(detail) : new Failed(detail);
}
