/** How long something lasted; `ended` false: it still did when it was last looked at. */
export interface Duration {
  time: number;
  ended: boolean;
}

/** A time at which something ended, and the share that lasts longer. */
export interface SurvivalStep {
  time: number;
  atRisk: number;
  ended: number;
  survival: number;
  /** Of the survival (Greenwood); null where nobody is left. */
  standardError: number | null;
}

/** Survival by Kaplan and Meier (1958). Of an end and a censoring at the same time the end comes first. */
export function kaplanMeier(durations: readonly Duration[]): SurvivalStep[] {
  const sorted = [...durations].sort((one, other) => one.time - other.time);
  const steps: SurvivalStep[] = [];
  let [survival, variance] = [1, 0];
  for (let from = 0; from < sorted.length; ) {
    const { time } = sorted[from]!;
    let to = from;
    let ended = 0;
    while (to < sorted.length && sorted[to]!.time === time) ended += Number(sorted[to++]!.ended);
    const atRisk = sorted.length - from;
    if (ended > 0) {
      survival *= (atRisk - ended) / atRisk;
      variance += ended < atRisk ? ended / (atRisk * (atRisk - ended)) : 0;
      steps.push({ time, atRisk, ended, survival, standardError: survival > 0 ? survival * Math.sqrt(variance) : null });
    }
    from = to;
  }
  return steps;
}

/** The time after which half or fewer last; undefined where more than half still do. */
export const medianSurvival = (steps: readonly SurvivalStep[]): number | undefined => steps.find(({ survival }) => survival <= 0.5)?.time;
