import { type ConsistencyProof, type EventProof } from './audit.js';
import { type Head } from './heads/head.js';
import { storedFields } from './tree/leaf.js';

/** Heads and proofs as JSON: hashes in base64, roots in hexadecimal as people compare them. */

export const headAnswer = ({ size, root, position, time, checkpoint }: Head) => ({ size, root: root.toString('hex'), position, time, checkpoint });

export const proofAnswer = ({ event, index, proof, head }: EventProof) => ({ event: storedFields(event), index, proof: proof.map(base64), head: headAnswer(head) });

export const consistencyAnswer = ({ from, to, proof }: ConsistencyProof) => ({ from: sizeAnswer(from), to: sizeAnswer(to), proof: proof.map(base64) });

export type HeadAnswer = ReturnType<typeof headAnswer>;
export type ProofAnswer = ReturnType<typeof proofAnswer>;
export type ConsistencyAnswer = ReturnType<typeof consistencyAnswer>;

const sizeAnswer = ({ size, root }: ConsistencyProof['from']) => ({ size, root: root.toString('hex') });
const base64 = (bytes: Buffer): string => bytes.toString('base64');
