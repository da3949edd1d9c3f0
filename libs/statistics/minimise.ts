import { EigenvalueDecomposition, Matrix, solve } from 'ml-matrix';

export interface Minimum {
  at: number[];
  value: number;
  /** Second derivatives at the minimum. */
  hessian: number[][];
  iterations: number;
  /** Why it is none; undefined where it is one. */
  problem?: string;
}

const ITERATIONS_AT_MOST = 200;
const GRADIENT_STEP = 1e-5;
const HESSIAN_STEP = 1e-3;
const LARGEST_STEP = 2;
const DAMPING_AT_MOST = 1e12;

/**
 * The minimum of a smooth function of a few variables: Newton's method, damped as by Levenberg and Marquardt, with
 * derivatives from central differences. Variables should be of the order of 1 (logarithms of parameters are).
 * @param bound where a variable goes further than this from 0, the function has no minimum worth the name.
 */
export function minimise(f: (x: readonly number[]) => number, start: readonly number[], bound = 8): Minimum {
  let x = [...start];
  let value = f(x);
  let damping = 1e-2;
  for (let iteration = 1; iteration <= ITERATIONS_AT_MOST; iteration++) {
    const [gradient, hessian] = [gradientOf(f, x), hessianOf(f, x, value)];
    const step = stepOf(gradient, hessian, damping);
    const next = x.map((each, index) => each + step[index]!);
    const reached = f(next);
    if (reached <= value) {
      const gained = value - reached;
      x = next;
      value = reached;
      damping = Math.max(damping / 10, 1e-12);
      if (x.some((each) => Math.abs(each) > bound)) return unbounded(x, value, iteration);
      if (gained <= 1e-11 * (1 + Math.abs(value)) && Math.max(...step.map(Math.abs)) < 1e-6) return found(f, x, value, iteration);
    } else {
      damping *= 10;
      if (damping > DAMPING_AT_MOST) return found(f, x, value, iteration);
    }
  }
  return { at: x, value, hessian: hessianOf(f, x, value), iterations: ITERATIONS_AT_MOST, problem: `it has not settled after ${ITERATIONS_AT_MOST} steps` };
}

function found(f: (x: readonly number[]) => number, at: number[], value: number, iterations: number): Minimum {
  const hessian = hessianOf(f, at, value);
  const curvatures = hessian.flat().every(Number.isFinite) ? new EigenvalueDecomposition(new Matrix(hessian)).realEigenvalues : [NaN];
  const isMinimum = curvatures.every((curvature) => curvature > 1e-7 * Math.max(...curvatures.map(Math.abs)));
  return { at, value, hessian, iterations, ...(!isMinimum && { problem: 'the data do not tell some of the parameters apart: the likelihood is flat in a direction' }) };
}

const unbounded = (at: number[], value: number, iterations: number): Minimum =>
  ({ at, value, hessian: [], iterations, problem: 'a parameter runs off without end: the data do not hold it' });

function stepOf(gradient: readonly number[], hessian: readonly (readonly number[])[], damping: number): number[] {
  const damped = hessian.map((row, i) => row.map((each, j) => (i === j ? each + damping * Math.max(Math.abs(each), 1e-6) : each)));
  const step = solve(new Matrix(damped), Matrix.columnVector(gradient.map((each) => -each)), true).to1DArray();
  const uphill = step.reduce((sum, each, index) => sum + each * gradient[index]!, 0) > 0;
  const longest = Math.max(...step.map(Math.abs));
  // Where the curvature is of the wrong sign, straight down.
  const way = uphill || !Number.isFinite(longest) ? gradient.map((each) => -each / (1 + damping)) : step;
  const length = Math.max(...way.map(Math.abs));
  return length > LARGEST_STEP ? way.map((each) => (each / length) * LARGEST_STEP) : way;
}

function gradientOf(f: (x: readonly number[]) => number, x: readonly number[]): number[] {
  return x.map((each, index) => {
    const at = (by: number) => f(x.with(index, each + by));
    return (at(GRADIENT_STEP) - at(-GRADIENT_STEP)) / (2 * GRADIENT_STEP);
  });
}

function hessianOf(f: (x: readonly number[]) => number, x: readonly number[], value: number): number[][] {
  const at = (i: number, by: number, j: number, other: number) => {
    const moved = [...x];
    moved[i]! += by;
    moved[j]! += other;
    return f(moved);
  };
  const h = HESSIAN_STEP;
  const hessian = x.map(() => x.map(() => 0));
  for (let i = 0; i < x.length; i++) {
    hessian[i]![i] = (at(i, h, i, 0) - 2 * value + at(i, -h, i, 0)) / (h * h);
    for (let j = 0; j < i; j++) {
      hessian[i]![j] = hessian[j]![i] = (at(i, h, j, h) - at(i, h, j, -h) - at(i, -h, j, h) + at(i, -h, j, -h)) / (4 * h * h);
    }
  }
  return hessian;
}
