import { type Curve, pointAt } from "../../src/charts/curve";

export interface BenchCurve {
  readonly name: string;
  readonly curve: Curve;
}

/** A falling, noisy loss, the same in every run of the benchmark. */
export function lossAt(run: number, step: number): number {
  const jitter = Math.sin(step * 12.9898 + run * 78.233) * 43_758.5453;
  return 2 + run * 0.02 + 8 / (1 + step / 20_000) + (jitter - Math.floor(jitter)) * 0.3;
}

/** Bucketed curves without common steps, as of runs with different logging intervals. */
export function benchCurves(count: number, buckets: number): readonly BenchCurve[] {
  return Array.from({ length: count }, (_, run) => ({
    name: `run ${run}`,
    curve: Array.from({ length: buckets }, (_none, index) => {
      const from = index * (500 + run);
      const mean = lossAt(run, from);
      return { ...pointAt(from, mean), to: from + 499, min: mean - 0.2, max: mean + 0.3, count: 500 };
    }),
  }));
}

/** The same curves with one more point at the end of each. */
export function extended(curves: readonly BenchCurve[], run = 0): readonly BenchCurve[] {
  return curves.map(({ name, curve }, index) => {
    const step = (curve.at(-1)?.to ?? 0) + 1;
    return { name, curve: [...curve, pointAt(step, lossAt(run + index, step))] };
  });
}
