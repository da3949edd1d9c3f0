import { request, type ClientRequest, type IncomingMessage } from 'node:http';

export interface Received {
  id?: string;
  event?: string;
  // Tests look into data of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  data?: any;
  comment?: string;
}

/** A reader of server-sent events that shows everything that came, comments too. */
export class EventStream {
  readonly received: Received[] = [];
  private readonly waiting = new Set<() => void>();
  private text = '';

  private constructor(
    private readonly sent: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.take(chunk));
    response.on('close', () => this.wake());
    response.on('error', () => this.wake());
  }

  static open(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { headers }, (response) => resolve(new EventStream(sent, response)));
      sent.on('error', reject);
      sent.end();
    });
  }

  /** Resolves once `enough` holds of what came. @throws Error the stream ended before. */
  async until(enough: (received: readonly Received[]) => boolean): Promise<readonly Received[]> {
    while (!enough(this.received)) {
      if (this.response.closed) throw new Error(`The stream ended after ${JSON.stringify(this.received)}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
    return this.received;
  }

  ended(): Promise<void> {
    return new Promise((resolve) => (this.response.closed ? resolve() : this.response.once('close', resolve)));
  }

  close(): void {
    this.sent.destroy();
  }

  /** The events of the log among what came. */
  get events(): { position: number; type: string; stream: string }[] {
    return this.received.filter(({ event, data }) => event === undefined && data !== undefined).map(({ data }) => data as { position: number; type: string; stream: string });
  }

  private take(chunk: string): void {
    this.text += chunk;
    for (let end = this.text.indexOf('\n\n'); end >= 0; end = this.text.indexOf('\n\n')) {
      this.received.push(parsed(this.text.slice(0, end)));
      this.text = this.text.slice(end + 2);
    }
    this.wake();
  }

  private wake(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

function parsed(block: string): Received {
  const fields = block.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line)!.slice(1) as [string, string]);
  const received = Object.fromEntries(fields.map(([name, value]) => [name === '' ? 'comment' : name, value])) as Received;
  return received.data === undefined ? received : { ...received, data: JSON.parse(received.data as string) as unknown };
}
