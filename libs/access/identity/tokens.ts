import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { StoreUnavailable, Unauthenticated } from '#event-sourcing';

/** Where people come from: an identity provider that signs tokens (OpenID Connect, JWT). */
export interface TokenIssuer {
  issuer: string;
  audience: string;
  jwksUrl: string;
  /** Path of the claim that names roles, such as `realm_access.roles`. Without it tokens name none. */
  rolesClaim?: string;
}

export interface TokenHolder {
  userId: string;
  /** Absent where tokens name none. */
  roles?: readonly string[];
  /** ISO 8601. */
  until: string;
}

/** Asymmetric ones alone: whoever can check a token cannot make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const CLOCK_SKEW_SECONDS = 30;
/** A token that was taken can be used until it ends: one that is older than this counts as ended. */
const MAX_AGE = '24h';
const KEYS_KEPT_MS = 600_000;
const KEYS_ASKED_AGAIN_MS = 10_000;
const PATIENCE_MS = 5_000;
const SUBJECT = /^[\x21-\x7e]{1,200}$/;
const ROLE = /^[a-z][a-z0-9-]{0,49}$/;
const MAX_ROLES = 50;

/** Checks tokens. The provider's keys are fetched when first needed, kept, and asked for again when a token names another. */
export class Tokens {
  constructor(
    private readonly from: TokenIssuer,
    private readonly keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(from.jwksUrl), { cacheMaxAge: KEYS_KEPT_MS, cooldownDuration: KEYS_ASKED_AGAIN_MS, timeoutDuration: PATIENCE_MS }),
  ) {}

  /** @throws Unauthenticated it says what is wrong with the token. @throws StoreUnavailable the provider's keys cannot be had. */
  async holderOf(token: string): Promise<TokenHolder> {
    const { issuer, audience } = this.from;
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer, audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_SKEW_SECONDS, maxTokenAge: MAX_AGE, requiredClaims: ['sub', 'exp', 'iat'],
      });
      return this.holder(payload);
    } catch (error) {
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError || error instanceof Unauthenticated)) {
        throw new StoreUnavailable('The keys of the identity provider cannot be fetched, so tokens cannot be checked.', { cause: error });
      }
      throw error instanceof Unauthenticated ? error : new Unauthenticated(`The token is not accepted: ${wordsFor(error)}.`);
    }
  }

  private holder({ sub, exp, ...claims }: JWTPayload): TokenHolder {
    if (sub === undefined || !SUBJECT.test(sub)) throw new Unauthenticated('The token is not accepted: its subject must be 1 to 200 printable characters without spaces.');
    const until = new Date((exp! + CLOCK_SKEW_SECONDS) * 1000).toISOString();
    const { rolesClaim } = this.from;
    return { userId: sub, until, ...(rolesClaim !== undefined && { roles: rolesIn(claims, rolesClaim) }) };
  }
}

/** Names that cannot be a role of ours are left out: providers put many things there. */
function rolesIn(claims: object, path: string): string[] {
  const named = path.split('.').reduce<unknown>((at, part) => (typeof at === 'object' && at !== null && Object.hasOwn(at, part) ? (at as Record<string, unknown>)[part] : undefined), claims);
  const roles = [named ?? []].flat().filter((role): role is string => typeof role === 'string' && ROLE.test(role));
  return [...new Set(roles)].sort().slice(0, MAX_ROLES);
}

function wordsFor(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'it has expired; sign in again';
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim "${error.claim}" is missing or is not as it must be`;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'it is signed by an algorithm that is not allowed';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the identity provider has no such key';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  return 'it is not a signed token';
}
