import type { Curve } from "./curve";
import { colourAt, dashAt } from "./palette";

export interface ChartRun {
  readonly runId: string;
  readonly label: string;
  readonly color: string;
}

/** One curve of a chart: a metric of a run. */
export interface SeriesStyle {
  readonly id: string;
  readonly runId: string;
  readonly key: string;
  readonly label: string;
  readonly colour: string;
  readonly dash: readonly number[];
}

export type Curves = ReadonlyMap<string, Curve>;

export function seriesId(runId: string, key: string): string {
  return `${runId}\n${key}`;
}

/** Styles: metrics of one run differ by colour; with several runs, each run has its colour. Curves of one colour differ by their dashes. */
export function seriesOf(runs: readonly ChartRun[], keys: readonly string[]): readonly SeriesStyle[] {
  const oneRun = runs.length === 1;
  const oneKey = keys.length === 1;
  const used = new Map<string, number>();
  return runs.flatMap((run) =>
    keys.map((key, keyIndex) => {
      const colour = oneRun && !oneKey ? colourAt(keyIndex) : run.color;
      const times = used.get(colour) ?? 0;
      used.set(colour, times + 1);
      return {
        id: seriesId(run.runId, key),
        runId: run.runId,
        key,
        label: oneRun ? key : oneKey ? run.label : `${run.label} ${key}`,
        colour,
        dash: dashAt(times),
      };
    }),
  );
}
