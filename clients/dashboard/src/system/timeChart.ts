import { scaleLinear } from "d3-scale";

export interface TimeSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export interface Plot {
  readonly width: number;
  readonly height: number;
}

/** SVG paths of series over times in milliseconds, from the bottom left. A missing value or an unusually long gap breaks a line. */
export function pathsOf(times: readonly number[], series: readonly TimeSeries[], max: number, { width, height }: Plot): readonly string[] {
  const [from, to] = [times[0] ?? 0, times.at(-1) ?? 1];
  const interval = times.length > 1 ? (to - from) / (times.length - 1) : 0;
  const x = scaleLinear([from, to], [0, width]);
  const y = scaleLinear([0, max], [height, 0]);
  return series.map(({ values }) => {
    let joined = false;
    return times
      .map((time, index) => {
        const value = values[index];
        const gap = index > 0 && time - (times[index - 1] ?? time) > gapFactor * interval;
        if (value == null || !Number.isFinite(value)) {
          joined = false;
          return "";
        }
        const move = joined && !gap ? "L" : "M";
        joined = true;
        return `${move}${x(time).toFixed(1)} ${y(value).toFixed(1)}`;
      })
      .join("");
  });
}

const gapFactor = 5;

/** The smallest round number above all values, for the top of an axis. */
export function topOf(series: readonly TimeSeries[], atLeast = 0): number {
  let max = atLeast;
  for (const { values } of series) {
    for (const value of values) {
      if (value !== null && value > max) {
        max = value;
      }
    }
  }
  if (max <= 0) {
    return 1;
  }
  return scaleLinear([0, max], [0, 1]).nice(1).domain()[1] ?? max;
}
