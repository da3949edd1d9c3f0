import { closest, distance } from 'fastest-levenshtein';

/** Lines of business, in the words of such files; another one that is near one of these is taken for a slip. */
export const SECTORS = [
  'agriculture', 'automotive', 'construction', 'consulting', 'education', 'employment', 'energy', 'entertainment', 'finance', 'government', 'hospitality', 'insurance',
  'logistics', 'manufacturing', 'marketing', 'media', 'medical', 'real estate', 'retail', 'services', 'software', 'technology', 'telecommunications', 'tourism', 'transport',
];

/** So many letters may differ where one word is taken for a slip of another. */
const SLIP = 2;

/** The word that was probably meant; undefined where none is near. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const found = closest(word, words);
  return distance(word.toLowerCase(), found.toLowerCase()) <= SLIP ? found : undefined;
}

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

let known: ReadonlyMap<string, string> | undefined;

/** Countries of ISO 3166-1 by their English names. Asked for when they are wanted: Intl takes longer for them than most commands take. */
export const countries = (): ReadonlyMap<string, string> => (known ??= new Map(named()));

function* named(): Iterable<[name: string, code: string]> {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  for (const code of LETTERS.flatMap((first) => LETTERS.map((second) => first + second))) {
    const name = names.of(code);
    if (name !== undefined && !/^(EU|EZ|UN|QO|XA|XB|ZZ)$/.test(code)) yield [name, code];
  }
}
