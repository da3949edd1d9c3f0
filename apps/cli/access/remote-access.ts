import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { type AnalysisAnswer, type AnalysisProgress, type DayAnswer, type DeadLetter, MAX_PAGE, type RecordedEvent, stepOf } from '#event-sourcing';
import { type Credentials } from './credentials.js';
import { type Access, type AnalysisDescription, type ListAnswer, type ListParameters, type LogQuery, type MomentParameters, type OnProgress, type RowExplanation, type SeriesAnswers, type Status, type StreamQuery, type SupposedAnswer, type ViewDescription } from './access.js';
import { Failed, WrongUsage } from '../terminal/exit.js';

const TIMEOUT_MS = 60_000;
/** For what is folded and computed when it is asked for. */
const LONG_MS = 3_600_000;

const NOT_FOUND = 'not-found';
/** Kinds of problems (RFC 9457) that lie in the command line, not in what it asks for. */
const USAGE_PROBLEMS = ['invalid-request', 'invalid-query', 'malformed-json', 'unknown-view', 'unknown-analysis'];

interface Problem {
  type: string;
  detail: string;
}

type Query = Readonly<Record<string, string | number | undefined>>;

/** The process that has the data folder open, over its HTTP API. */
export class RemoteAccess implements Access {
  /** Lists hold at least what this command line has done itself. */
  private sent: number | undefined;

  constructor(
    readonly url: string,
    private readonly credentials: Credentials,
  ) {}

  status(): Promise<Status> {
    return this.get<Status>('/status');
  }

  async views(): Promise<ViewDescription[]> {
    const { views } = await this.get<{ views: ViewDescription[] }>('/views');
    return views.map(({ name, summary, version, reports }) => ({
      name, version, reports: reports.map((report) => ({ name: report.name, summary: report.summary })), ...(summary !== undefined && { summary }),
    }));
  }

  list(view: string, parameters: ListParameters): Promise<ListAnswer> {
    return this.get<ListAnswer>(`/views/${encodeURIComponent(view)}`, { ...parameters, ...(this.sent !== undefined && { after: String(this.sent) }) });
  }

  async row(view: string, key: string, moment: MomentParameters = {}): Promise<Record<string, unknown> | undefined> {
    const answer = await this.ask<{ item: Record<string, unknown> }>('GET', `/views/${encodeURIComponent(view)}/${encodeURIComponent(key)}`, moment, true);
    return answer?.item;
  }

  async report(view: string, name: string, moment: MomentParameters = {}): Promise<unknown> {
    return (await this.get<{ report: unknown }>(`/views/${encodeURIComponent(view)}/reports/${encodeURIComponent(name)}`, moment)).report;
  }

  async analyses(): Promise<AnalysisDescription[]> {
    const { analyses } = await this.get<{ analyses: AnalysisDescription[] }>('/analyses');
    return analyses.map(({ name, version, summary, parameters, compares }) => ({ name, version, summary, parameters, compares }));
  }

  async analyse(name: string, question: ListParameters, onProgress?: OnProgress): Promise<AnalysisAnswer> {
    return (await this.told<AnalysisAnswer>(`/analyses/${encodeURIComponent(name)}`, question, onProgress))!;
  }

  explain(name: string, key: string, question: ListParameters, onProgress?: OnProgress): Promise<RowExplanation | undefined> {
    return this.told<RowExplanation>(`/analyses/${encodeURIComponent(name)}/rows/${encodeURIComponent(key)}`, question, onProgress);
  }

  /** An answer that tells how far it is meanwhile; undefined where there is none. */
  private async told<Answer extends object>(path: string, question: ListParameters, onProgress?: OnProgress): Promise<Answer | undefined> {
    const response = await this.request('GET', path, { ...question, format: 'events' }, LONG_MS);
    if (!response.ok) throw await errorOf(response);
    for await (const { event, data } of messagesIn(response)) {
      if (event === 'progress') onProgress?.(...stepOf(data as AnalysisProgress));
      if (event === 'problem' && (data as Problem).type.endsWith(`/${NOT_FOUND}`)) return undefined;
      if (event === 'problem') throw errorFor(data as Problem);
      if (event !== 'answer') continue;
      const { position: _, ...answer } = data as Answer & { position: number };
      return answer as unknown as Answer;
    }
    throw new Failed(`${this.url} ended before it had an answer.`);
  }

  async series(name: string, question: ListParameters, rows: boolean): Promise<SeriesAnswers> {
    const response = await this.request('GET', `/analyses/${encodeURIComponent(name)}/series`, { ...question, format: 'jsonl', rows: String(rows) }, LONG_MS);
    if (!response.ok) throw await errorOf(response);
    return { days: Number(response.headers.get('x-days')), answers: daysIn(response) };
  }

  async whatIf(view: string, question: object, parameters: ListParameters): Promise<SupposedAnswer> {
    return (await this.ask<SupposedAnswer>('POST', `/what-if/${encodeURIComponent(view)}`, parameters, false, TIMEOUT_MS, question))!;
  }

  async send(command: string, fields: object): Promise<void> {
    const response = await this.request('POST', `/commands/${encodeURIComponent(command)}`, {}, TIMEOUT_MS, fields);
    if (!response.ok) throw await errorOf(response);
    this.sent = ((await response.json()) as { position: number }).position;
  }

  async *stream(category: string, id: string, { from, direction, limit }: StreamQuery): AsyncIterable<readonly RecordedEvent[]> {
    const path = `/aggregates/${encodeURIComponent(category)}/${encodeURIComponent(id)}/history`;
    for (let next = from, left = limit; left > 0; ) {
      const query = { from: next, direction, limit: Math.min(left, MAX_PAGE) };
      const page = await this.ask<{ events: RecordedEvent[]; next?: number }>('GET', path, query, true);
      if (!page) return;
      yield page.events;
      if (page.next === undefined) return;
      next = page.next;
      left -= page.events.length;
    }
  }

  async *log({ after, types, categories, limit }: LogQuery): AsyncIterable<readonly RecordedEvent[]> {
    for (let next: number | undefined = after, left = limit; left > 0 && next !== undefined; ) {
      const query: Query = { after: next, type: types?.join(','), category: categories?.join(','), limit: Math.min(left, MAX_PAGE) };
      const page: { events: RecordedEvent[]; next?: number } = await this.get('/events', query);
      yield page.events;
      next = page.next;
      left -= page.events.length;
    }
  }

  async rebuild(view: string): Promise<void> {
    await this.post(`/views/${encodeURIComponent(view)}/rebuild`);
  }

  async pause(view: string): Promise<void> {
    await this.post(`/views/${encodeURIComponent(view)}/pause`);
  }

  async resume(view: string): Promise<void> {
    await this.post(`/views/${encodeURIComponent(view)}/resume`);
  }

  async deadLetters(view?: string): Promise<DeadLetter[]> {
    return (await this.get<{ items: DeadLetter[] }>('/dead-letters', { view, limit: MAX_PAGE })).items;
  }

  retry(view: string, key?: string): Promise<{ released: number; waiting: number }> {
    return this.post(`/views/${encodeURIComponent(view)}/dead-letters/retry`, { key });
  }

  async close(): Promise<void> {
    // Each request stands alone.
  }

  private async get<T>(path: string, query: Query = {}, timeoutMs = TIMEOUT_MS): Promise<T> {
    return (await this.ask<T>('GET', path, query, false, timeoutMs))!;
  }

  private async post<T>(path: string, query: Query = {}): Promise<T> {
    return (await this.ask<T>('POST', path, query, false))!;
  }

  /** @param mayMiss whether what is asked for may be missing, which is answered with undefined. */
  private async ask<T>(method: string, path: string, query: Query, mayMiss: boolean, timeoutMs = TIMEOUT_MS, content?: object): Promise<T | undefined> {
    const response = await this.request(method, path, query, timeoutMs, content);
    if (response.ok) return (await response.json()) as T;
    const error = await errorOf(response);
    if (mayMiss && response.status === 404 && error instanceof Failed) return undefined;
    throw error;
  }

  private request(method: string, path: string, query: Query, timeoutMs: number, content?: object): Promise<Response> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined).map(([name, value]): [string, string] => [name, String(value)]);
    const address = `${this.url}${path}${given.length > 0 ? `?${new URLSearchParams(given).toString()}` : ''}`;
    const body = content && { body: JSON.stringify(content) };
    const headers = { ...this.credentials, ...(content && { 'content-type': 'application/json' }) };
    return fetch(address, { method, headers, ...body, signal: AbortSignal.timeout(timeoutMs) }).catch((error: Error) => {
      throw new Failed(`${this.url} has the data folder and does not answer (${(error.cause as Error | undefined)?.message ?? error.message}).`, { cause: error });
    });
  }
}

async function errorOf(response: Response): Promise<Error> {
  return errorFor(await problemOf(response));
}

function errorFor({ type, detail }: Problem): Error {
  return USAGE_PROBLEMS.includes(type.slice(type.lastIndexOf('/') + 1)) ? new WrongUsage(detail) : new Failed(detail);
}

async function* daysIn(response: Response): AsyncGenerator<DayAnswer> {
  for await (const line of createInterface({ input: Readable.fromWeb(response.body as never) })) if (line !== '') yield JSON.parse(line) as DayAnswer;
}

/** Messages of an event stream, each with data of one line. */
async function* messagesIn(response: Response): AsyncGenerator<{ event: string; data: unknown }> {
  let event = 'message';
  for await (const line of createInterface({ input: Readable.fromWeb(response.body as never) })) {
    if (line.startsWith('event: ')) event = line.slice('event: '.length);
    if (line.startsWith('data: ')) yield { event, data: JSON.parse(line.slice('data: '.length)) };
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  if (response.headers.get('content-type')?.startsWith('application/problem+json')) return JSON.parse(text) as Problem;
  return { type: 'other', detail: `${response.url} answered ${response.status} ${response.statusText}.` };
}
