import { Unauthenticated } from '#event-sourcing';
import { keySubject, userSubject } from '../domain/rights.js';
import { noRoles } from '../domain/user.js';
import { type RightsInMemory } from '../enforcement/rights-in-memory.js';
import { type Visitor } from '../enforcement/visitor.js';
import { isKey, keyFrom } from './key.js';
import { type Tokens } from './tokens.js';

const BEARER = /^Bearer +(\S{1,8000})$/i;
const HOW = 'Send a key or a token in the header "Authorization: Bearer …".';

/** Records what a token says of the roles of its holder; resolves when that counts. */
export type RecordRoles = (userId: string, roles: readonly string[]) => Promise<void>;

/** Who sends a request, by the key or token that it shows. */
export class Identification {
  constructor(
    private readonly memory: RightsInMemory,
    private readonly tokens: Tokens | undefined,
    private readonly recordRoles: RecordRoles,
  ) {}

  /** @throws Unauthenticated nothing is shown, or nothing that is accepted. */
  async visitorOf(authorization: string | undefined): Promise<Visitor> {
    if (authorization === undefined) throw new Unauthenticated(`Nobody is anonymous here. ${HOW}`);
    const shown = BEARER.exec(authorization)?.[1];
    if (shown === undefined) throw new Unauthenticated(`The header Authorization is malformed. ${HOW}`);
    return shown.startsWith('gx_') ? this.holderOfKey(shown) : this.holderOfToken(shown);
  }

  private holderOfKey(shown: string): Visitor {
    const key = keyFrom(shown);
    const stored = key && this.memory.rights.keys.get(key.id);
    // One answer for all: who guesses learns nothing.
    if (!key || !isKey(key, stored?.hash) || !stored || stored.revoked) throw new Unauthenticated(`The key is not accepted: it is unknown, wrong or revoked. ${HOW}`);
    if (stored.expiresAt !== undefined && stored.expiresAt <= new Date().toISOString()) throw new Unauthenticated(`The key gx_${key.id}_… has expired.`);
    return { subject: keySubject(key.id), ...(stored.expiresAt !== undefined && { until: stored.expiresAt }) };
  }

  private async holderOfToken(token: string): Promise<Visitor> {
    if (!this.tokens) throw new Unauthenticated(`This is no key, and no identity provider is configured for tokens (GUANXI_OIDC_ISSUER). ${HOW}`);
    const { userId, roles, until } = await this.tokens.holderOf(token);
    const { claimed } = this.memory.rights.users.get(userId) ?? noRoles;
    if (roles && roles.join() !== claimed.join()) await this.recordRoles(userId, roles);
    return { subject: userSubject(userId), until };
  }
}
