import type { Schemas } from "../api/client";

export interface TrialPoint {
  readonly number: number;
  readonly value: number;
  readonly best: number;
}

/** The completed trials in order, each with the best value so far. */
export function bestSoFar(trials: readonly Schemas["TrialView"][], maximizes: boolean): readonly TrialPoint[] {
  let best: number | undefined;
  return trials.flatMap(({ number, value, state }) => {
    if (state !== "completed" || typeof value !== "number" || !Number.isFinite(value)) {
      return [];
    }
    best = best === undefined ? value : maximizes ? Math.max(best, value) : Math.min(best, value);
    return [{ number, value, best }];
  });
}
