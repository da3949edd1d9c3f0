import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** The transit engine of HashiCorp Vault as far as its HTTP API is used: encrypt, decrypt and rotate, with a token. */
export class TransitServer {
  readonly token: string = randomUUID();
  /** What was asked, in order: method and path. */
  readonly asked: string[] = [];
  /** Answers with this in place of doing it. */
  failing: { status: number; errors: string[] } | undefined;
  private version = 1;
  private readonly texts = new Map<string, string>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(): Promise<TransitServer> {
    const transit = new TransitServer();
    await new Promise<void>((resolve) => transit.server.listen(0, '127.0.0.1', resolve));
    return transit;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve, reject) => this.server.close((error) => (error ? reject(error) : resolve())));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    this.asked.push(`${request.method} ${request.url}`);
    const { status, body } = request.headers['x-vault-token'] === this.token ? this.do(request, JSON.parse(text) as Record<string, string>) : refused(403, 'permission denied');
    response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? '' : JSON.stringify(body));
  }

  private do({ method, url }: IncomingMessage, { plaintext, ciphertext }: Record<string, string>): { status: number; body?: object } {
    if (this.failing) return refused(this.failing.status, ...this.failing.errors);
    const route = `${method} ${url}`;
    if (route === 'POST /v1/transit/keys/crm/rotate') return { status: 200, body: { data: { latest_version: ++this.version } } };
    if (route === 'POST /v1/transit/encrypt/crm') {
      const made = `vault:v${this.version}:${randomUUID()}`;
      this.texts.set(made, plaintext!);
      return { status: 200, body: { data: { ciphertext: made, key_version: this.version } } };
    }
    if (route !== 'POST /v1/transit/decrypt/crm') return refused(404, 'no handler for route');
    const known = this.texts.get(ciphertext!);
    return known === undefined ? refused(400, 'cipher: message authentication failed') : { status: 200, body: { data: { plaintext: known } } };
  }
}

const refused = (status: number, ...errors: string[]) => ({ status, body: { errors } });
