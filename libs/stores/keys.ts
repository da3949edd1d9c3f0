/** Tells whether a text can be the key of a document. */
// oxlint-disable-next-line no-control-regex -- the null character is what is looked for
export const isKey = (value: unknown): value is string => typeof value === 'string' && !/\u0000|\p{Surrogate}/u.test(value);

/** @throws TypeError the text cannot be a key. */
export function checkKey(key: string): void {
  if (!isKey(key)) throw new TypeError(`The key ${JSON.stringify(key)} must be text without NUL characters and halves of surrogate pairs.`);
}
