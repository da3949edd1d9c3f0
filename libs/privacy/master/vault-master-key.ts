import { UnusableMasterKey, type MasterKey } from './master-key.js';
import { StoreUnavailable } from '#event-sourcing';

const TIMEOUT_MS = 10_000;

export interface VaultOptions {
  /** Where Vault answers, such as `https://vault.example:8200`. */
  url: string;
  token: string;
  /** Name of the key of the transit engine. Default `guanxi`. */
  key?: string;
  /** Where the transit engine is mounted. Default `transit`. */
  mount?: string;
}

interface VaultAnswer {
  data?: { ciphertext?: string; plaintext?: string };
  errors?: string[];
}

/** A master key that never leaves HashiCorp Vault: its transit engine wraps and unwraps, and keeps all versions of the key. */
export class VaultMasterKey implements MasterKey {
  private readonly mount: string;
  private readonly key: string;

  constructor(private readonly options: VaultOptions) {
    this.mount = options.mount ?? 'transit';
    this.key = options.key ?? 'guanxi';
  }

  async wrap(key: Buffer): Promise<string> {
    const { data } = await this.ask(`encrypt/${this.key}`, { plaintext: key.toString('base64') });
    if (data?.ciphertext === undefined) throw new UnusableMasterKey(`Vault at ${this.options.url} answered without a ciphertext.`);
    return data.ciphertext;
  }

  async unwrap(wrapped: string): Promise<Buffer> {
    const { data } = await this.ask(`decrypt/${this.key}`, { ciphertext: wrapped });
    if (data?.plaintext === undefined) throw new UnusableMasterKey(`Vault at ${this.options.url} answered without a plaintext.`);
    return Buffer.from(data.plaintext, 'base64');
  }

  async renew(): Promise<void> {
    await this.ask(`keys/${this.key}/rotate`, {});
  }

  private async ask(path: string, body: object): Promise<VaultAnswer> {
    const { url, token } = this.options;
    const address = `${url.replace(/\/+$/, '')}/v1/${this.mount}/${path}`;
    const headers = { 'x-vault-token': token, 'x-vault-request': 'true', 'content-type': 'application/json' };
    const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body), redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: Error) => {
      throw new StoreUnavailable(`Vault at ${url} does not answer (${(error.cause as Error | undefined)?.message ?? error.message}).`, { cause: error });
    });
    const text = await response.text();
    const answer = text === '' ? {} : answerIn(text);
    if (response.ok) return answer;
    const why = answer.errors?.join('; ') ?? response.statusText;
    // Sealed, standby or rate limited: it may work in a while.
    if (response.status === 429 || response.status >= 500) throw new StoreUnavailable(`Vault at ${url} cannot do it now (${response.status}: ${why}).`);
    throw new UnusableMasterKey(`Vault at ${url} refuses ${this.mount}/${path} (${response.status}: ${why}). Check GUANXI_VAULT_TOKEN, its policy, and the key: vault write -f ${this.mount}/keys/${this.key}`);
  }
}

function answerIn(text: string): VaultAnswer {
  try {
    return JSON.parse(text) as VaultAnswer;
  } catch {
    return { errors: ['the answer is no JSON'] };
  }
}
