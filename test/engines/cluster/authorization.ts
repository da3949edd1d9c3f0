import { keyText, newKey } from '#access';

/** The administrator's key of every cluster of this run, which its stores put where the applications look for it. */
export const KEY = keyText(newKey('administrator'));

/** Headers of whoever asks an application of the cluster. */
export const AUTHORIZATION = { authorization: `Bearer ${KEY}` };
