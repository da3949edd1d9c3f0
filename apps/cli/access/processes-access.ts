import { type Configuration } from '#composition';
import { RetryMessage } from '#delivery';
import { MAX_PAGE, withContext, type DeadlineRow, type InstanceRow, type ProcessStatus } from '#event-sourcing';
import { catchUp } from '../operations/catch-up.js';
import { credentialsOf, operator, type Credentials } from './credentials.js';
import { LocalAccess } from './local-access.js';
import { openAccess } from './open-access.js';
import { askServer } from './remote-audit.js';

export type ShownDeadline = Pick<DeadlineRow, 'process' | 'instanceId' | 'deadline' | 'at' | 'waits'>;

export interface Retried {
  /** False where no server runs: it is done when one does. */
  done: boolean;
  /** What waits after that. */
  waiting: InstanceRow[];
}

/** What a command line can ask of processes and of the outbox, whether it opens the data folder or a server has it. It never acts itself. */
export interface ProcessesAccess {
  status(): Promise<ProcessStatus[]>;
  deadlines(process?: string): Promise<ShownDeadline[]>;
  attention(process?: string): Promise<InstanceRow[]>;
  retry(process: string, instance: string, command?: string): Promise<Retried>;
  /** @returns how it is then. */
  pause(process: string): Promise<ProcessStatus>;
  resume(process: string): Promise<ProcessStatus>;
  outbox(status: string | undefined, limit: number): Promise<Record<string, unknown>[]>;
  retryMessage(messageId: string): Promise<void>;
  close(): Promise<void>;
}

/** @throws Failed there is no data yet. @throws DataFolderInUse */
export async function openProcessesAccess(configuration: Configuration): Promise<ProcessesAccess> {
  const access = await openAccess(configuration);
  if (access instanceof LocalAccess) {
    await catchUp(access.engine);
    return local(access);
  }
  return remote(access.url!, await credentialsOf(configuration));
}

function local(access: LocalAccess): ProcessesAccess {
  const { engine } = access;
  const { processes } = engine;
  const of = (process?: string) => ({ limit: MAX_PAGE, ...(process !== undefined && { process: processes.get(process).name }) });
  const statusOf = async (process: string) => (await processes.status()).find((each) => each.process === process)!;
  const context = () => ({ actor: operator(), source: 'cli' });
  return {
    status: () => processes.status(),
    deadlines: (process) => processes.deadlines(of(process)),
    attention: (process) => processes.instances({ ...of(process), attention: true }),
    retry: async (process, instance, command) => {
      const done = await processes.retry(process, instance, command, context());
      return { done, waiting: (await processes.instances({ ...of(process), attention: true })).filter(({ instanceId }) => instanceId === instance) };
    },
    pause: (process) => processes.pause(process, context()).then(() => statusOf(process)),
    resume: (process) => processes.resume(process, context()).then(() => statusOf(process)),
    outbox: async (status, limit) => (await engine.views.find('outbox', { filter: status === undefined ? {} : { status }, sort: { queuedAt: -1 }, limit })).value.items,
    retryMessage: async (messageId) => void (await engine.commands.execute(withContext(Object.assign(new RetryMessage(), { messageId }), context()))),
    close: () => access.close(),
  };
}

/** The server that has the data folder, over its HTTP API. */
function remote(url: string, credentials: Credentials): ProcessesAccess {
  const get = <T>(path: string, parameters: Record<string, string | undefined>) => askServer<T>(url, credentials, 'GET', withParameters(path, parameters));
  const limit = String(MAX_PAGE);
  return {
    status: async () => (await get<{ processes: ProcessStatus[] }>('/processes', {})).processes,
    deadlines: async (process) => (await get<{ items: ShownDeadline[] }>('/processes/deadlines', { process, limit })).items,
    attention: async (process) => (await get<{ items: InstanceRow[] }>('/processes/attention', { process, limit })).items,
    retry: (process, instance, command) => askServer(url, credentials, 'POST', withParameters(`/processes/${encodeURIComponent(process)}/${encodeURIComponent(instance)}/retry`, { command })),
    pause: (process) => askServer(url, credentials, 'POST', `/processes/${encodeURIComponent(process)}/pause`),
    resume: (process) => askServer(url, credentials, 'POST', `/processes/${encodeURIComponent(process)}/resume`),
    outbox: async (status, most) => (await get<{ items: Record<string, unknown>[] }>('/outbox', { status, limit: String(most) })).items,
    retryMessage: (messageId) => askServer(url, credentials, 'POST', '/commands/RetryMessage', { messageId }),
    close: async () => undefined,
  };
}

function withParameters(path: string, parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter((each): each is [string, string] => each[1] !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}
