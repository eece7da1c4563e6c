export interface TimeSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export interface Plot {
  readonly width: number;
  readonly height: number;
}

/** The paths of series over times in milliseconds, from the bottom left; a missing value breaks a line, as does a gap far longer than usual. */
export function pathsOf(times: readonly number[], series: readonly TimeSeries[], most: number, { width, height }: Plot): readonly string[] {
  const [from, to] = [times[0] ?? 0, times.at(-1) ?? 1];
  const usual = times.length > 1 ? (to - from) / (times.length - 1) : 0;
  const x = (time: number): number => (to === from ? 0 : ((time - from) / (to - from)) * width);
  return series.map(({ values }) => {
    let joined = false;
    return times
      .map((time, index) => {
        const value = values[index];
        const gap = index > 0 && time - (times[index - 1] ?? time) > gapFactor * usual;
        if (value == null || !Number.isFinite(value)) {
          joined = false;
          return "";
        }
        const move = joined && !gap ? "L" : "M";
        joined = true;
        return `${move}${x(time).toFixed(1)} ${(height - (most > 0 ? value / most : 0) * height).toFixed(1)}`;
      })
      .join("");
  });
}

const gapFactor = 5;

/** A round number no smaller than any value, for the top of an axis. */
export function topOf(series: readonly TimeSeries[], atLeast = 0): number {
  let greatest = atLeast;
  for (const { values } of series) for (const value of values) if (value !== null && value > greatest) greatest = value;
  if (greatest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(greatest));
  return ([1, 2, 5, 10].find((step) => step * power >= greatest) ?? 10) * power;
}
