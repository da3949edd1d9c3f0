/** Rounds to decimal places (below 0: to tens, hundreds…), ties to the even digit, from the exact value of the number. */
export function roundTo(value: number, places: number): number {
  return atPlace(value, places, (digits) => {
    const [whole, rest] = digits;
    const tie = /^50*$/.test(rest);
    const up = tie ? whole % 2n === 1n : rest >= '5';
    return up ? whole + 1n : whole;
  });
}

/** Cuts to decimal places (below 0: to tens, hundreds…) towards zero, from the exact value of the number. */
export function truncateTo(value: number, places: number): number {
  return atPlace(value, places, ([whole]) => whole);
}

// toFixed(100) writes a double exactly, except for what lies more than 100 places behind the point.
const EXACT_PLACES = 100;
const LARGEST_FOR_TO_FIXED = 1e21;

function atPlace(value: number, places: number, choose: (digits: [whole: bigint, rest: string]) => bigint): number {
  if (!Number.isInteger(places) || places < -20 || places > 100) throw new RangeError('decimal places must be a whole number from -20 to 100');
  if (!Number.isFinite(value) || Math.abs(value) >= LARGEST_FOR_TO_FIXED) return value;
  const digits = Math.abs(value).toFixed(EXACT_PLACES).replace('.', '').padStart(EXACT_PLACES + 22, '0');
  const cut = digits.length - EXACT_PLACES + places;
  const chosen = choose([BigInt(digits.slice(0, cut)), digits.slice(cut) || '0']);
  return chosen === 0n ? 0 : Math.sign(value) * Number(`${chosen}e${-places}`);
}
