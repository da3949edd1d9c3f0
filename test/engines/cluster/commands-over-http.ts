import { setTimeout as pause } from 'node:timers/promises';
import type { CommandResult } from '#event-sourcing';
import { AUTHORIZATION } from './authorization.js';

/** How long an answer is waited for before the command is sent elsewhere. */
const PATIENCE_MS = 2_000;
const PAUSE_MS = 50;

/** 503: a store is away. 409: others kept changing the aggregate. Both ask to repeat the command. */
const REPEATABLE = [503, 409];

export interface Command {
  name: string;
  fields: object;
  key: string;
}

/** Sends a command to one address after the other until one answers it. @throws Error it was refused. */
export async function sendUntilAnswered(urls: readonly string[], command: Command, signal?: AbortSignal): Promise<CommandResult> {
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    const answer = await send(urls[attempt % urls.length]!, command);
    if (answer) return answer;
    await pause(PAUSE_MS);
  }
}

/** @returns undefined where it has to be sent again. */
async function send(url: string, { name, fields, key }: Command): Promise<CommandResult | undefined> {
  let answer: Response;
  let text: string;
  try {
    const headers = { ...AUTHORIZATION, 'content-type': 'application/json', 'idempotency-key': key };
    answer = await fetch(`${url}/commands/${name}`, { method: 'POST', headers, body: JSON.stringify(fields), signal: AbortSignal.timeout(PATIENCE_MS) });
    text = await answer.text();
  } catch {
    // Nobody listens, the connection broke or the time is over: what became of the command is not known.
    return undefined;
  }
  if (answer.ok) return JSON.parse(text) as CommandResult;
  if (REPEATABLE.includes(answer.status)) return undefined;
  throw new Error(`${name} with the key ${key} was answered ${answer.status}: ${text}`);
}
