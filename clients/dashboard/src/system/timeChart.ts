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
  const x = (time: number): number => (to === from ? 0 : ((time - from) / (to - from)) * width);
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
        return `${move}${x(time).toFixed(1)} ${(height - (max > 0 ? value / max : 0) * height).toFixed(1)}`;
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
  const power = 10 ** Math.floor(Math.log10(max));
  return ([1, 2, 5, 10].find((step) => step * power >= max) ?? 10) * power;
}
