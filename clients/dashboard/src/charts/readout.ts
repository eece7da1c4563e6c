import type { Bucket } from "./curve";
import { formatSteps, formatValue } from "./format";
import type { ChartModel, DrawnSeries } from "./model";
import { nearest } from "./nearest";
import type { SeriesStyle } from "./series";

const maxSpoken = 8;

/** A legend entry: a logged value, the one at the crosshair or the last one. Of a bucket it is the last value, not the mean. */
export interface Readout {
  readonly style: SeriesStyle;
  readonly value: string;
  /** For a bucket its steps, extremes and mean; and the smoothed value. */
  readonly detail: string;
}

export function readouts(model: ChartModel, step: number | null): readonly Readout[] {
  return model.series.map((series) => {
    const bucket = step === null ? (series.curve.at(-1) ?? null) : covering(series, step, model);
    const { style } = series;
    return bucket === null
      ? { style, value: "–", detail: "" }
      : { style, value: formatValue(bucket.last), detail: detailOf(series, bucket) };
  });
}

/** A text description for screen readers. */
export function spoken(model: ChartModel, step: number): string {
  const values = readouts(model, step).map(({ style, value }) => `${style.label} ${value}`);
  const rest = values.length > maxSpoken ? `, and ${values.length - maxSpoken} more` : "";
  return `Step ${Math.round(step)}: ${values.slice(0, maxSpoken).join(", ")}${rest}`;
}

function covering({ curve }: DrawnSeries, step: number, model: ChartModel): Bucket | null {
  const bucket = nearest(curve, step);
  const reach = (model.x.extent.max - model.x.extent.min) / 50;
  return bucket !== null && step >= bucket.from - reach && step <= bucket.to + reach ? bucket : null;
}

function detailOf({ line, curve, raw }: DrawnSeries, bucket: Bucket): string {
  const smoothed = raw === null ? null : (line[curve.indexOf(bucket)]?.y ?? null);
  return [
    formatSteps(bucket.from, bucket.to),
    ...(bucket.min !== null && bucket.max !== null && bucket.mean !== null && bucket.count > 1
      ? [`last of ${bucket.count} values`, `${formatValue(bucket.min)} to ${formatValue(bucket.max)}`, `mean ${formatValue(bucket.mean)}`]
      : []),
    ...(smoothed === null ? [] : [`smoothed ${formatValue(smoothed)}`]),
    ...(bucket.nans > 0 && bucket.mean !== null ? [`${bucket.nans} NaN`] : []),
  ].join(" · ");
}
