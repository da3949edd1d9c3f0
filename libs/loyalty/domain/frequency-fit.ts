import { chiSquareProbability, probabilityOfRepeats, sumOf, type BgNbd, type RepeatBuying } from '#statistics';

/** Customers with as many repeat purchases: as many as there are, and as the model says there should be. */
export interface FrequencyFit {
  /** `7+` holds all from there on. */
  repeats: string;
  actual: number;
  expected: number;
}

export interface GoodnessOfFit {
  classes: FrequencyFit[];
  chiSquare: number;
  /** Classes less one and the parameters that were fitted. */
  degreesOfFreedom: number;
  /** That chance makes a difference as large, if the model holds; null where no degree of freedom is left. */
  probability: number | null;
}

const CLASSES = 8;
const PARAMETERS = 4;
/** The test is no test of classes that hardly anybody is expected in. */
const EXPECTED_AT_LEAST = 5;

/** How often customers came back against what the model that was fitted to them says. Source: Fader, Hardie and Lee (2005), figure 2. */
export function frequencyFit(customers: readonly RepeatBuying[], model: BgNbd): GoodnessOfFit {
  const actual = Array.from({ length: CLASSES }, () => 0);
  const ages = new Map<number, number>();
  for (const { repeats, age } of customers) {
    actual[Math.min(repeats, CLASSES - 1)]! += 1;
    ages.set(age, (ages.get(age) ?? 0) + 1);
  }
  const byAge = [...ages].map(([age, count]) => probabilityOfRepeats(model, age, CLASSES).map((probability) => probability * count));
  const all = actual.map((count, index) => ({ actual: count, expected: sumOf(byAge.map((expected) => expected[index]!)) }));
  const classes = pooled(all).map((each, index, { length }) => ({ repeats: index === length - 1 ? `${index}+` : String(index), ...each }));
  const chiSquare = sumOf(classes.map(({ actual: count, expected }) => (count - expected) ** 2 / expected));
  const degreesOfFreedom = classes.length - 1 - PARAMETERS;
  return { classes, chiSquare, degreesOfFreedom, probability: degreesOfFreedom > 0 ? chiSquareProbability(chiSquare, degreesOfFreedom) : null };
}

/** The last classes together, as far as hardly anybody is expected in them. */
function pooled(all: readonly Omit<FrequencyFit, 'repeats'>[]): Omit<FrequencyFit, 'repeats'>[] {
  const classes = [...all];
  while (classes.length > 1 && classes.at(-1)!.expected < EXPECTED_AT_LEAST) {
    const last = classes.pop()!;
    const before = classes.pop()!;
    classes.push({ actual: before.actual + last.actual, expected: before.expected + last.expected });
  }
  return classes;
}
