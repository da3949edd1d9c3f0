import { Failed, WrongUsage } from '../terminal/exit.js';

interface Problem {
  type: string;
  detail: string;
}

/** @throws WrongUsage @throws Failed with what the server says. */
export async function askServer<T>(url: string, method: 'GET' | 'POST', path: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
  return (await (await request(url, method, path, body, headers)).json()) as T;
}

/** The body as it comes. @throws Failed also where it breaks off. */
export async function* streamFromServer(url: string, path: string): AsyncIterable<Uint8Array> {
  const { body } = await request(url, 'GET', path);
  try {
    for await (const chunk of body!) yield chunk;
  } catch (error) {
    throw new Failed(`The answer of ${url} broke off (${(error as Error).message}).`, { cause: error });
  }
}

async function request(url: string, method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
  const content = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
  const response = await fetch(url + path, { method, headers, ...content }).catch((error: Error) => {
    throw new Failed(`${url} has the data folder and does not answer (${(error.cause as Error | undefined)?.message ?? error.message}).`, { cause: error });
  });
  if (response.ok) return response;
  const text = await response.text();
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) throw new Failed(`${response.url} answered ${response.status} ${response.statusText}.`);
  const { type, detail } = JSON.parse(text) as Problem;
  throw type.endsWith('/invalid-request') ? new WrongUsage(detail) : new Failed(detail);
}
