import { canonicalJson, type Audit } from '#audit';
import { type Outbox } from '#delivery';
import { type Engine, type Log } from '#event-sourcing';
import { Erasures, type Signer } from '#privacy';
import { type Stores } from './stores.js';

/** Erasures over these stores, which reach what was written of messages; their certificates are signed by the key of the audit. */
export function openErasures(engine: Engine, { events, keys }: Pick<Stores, 'events' | 'keys'>, outbox: Outbox, audit?: Audit, log?: Log): Erasures {
  return new Erasures({ engine, stored: events, keys, elsewhere: (subject) => outbox.forget(subject), ...(audit && { signer: signerOf(audit) }), ...(log && { log }) });
}

function signerOf(audit: Audit): Signer {
  return {
    publicKey: audit.publicKey,
    sign: (certificate) => audit.key.sign(canonicalJson(certificate)).toString('base64'),
    head: async () => (await audit.makeHead()).checkpoint,
  };
}
