import type { Schemas } from "../api/client";

/** Columns for drawing: steps, and at each the mean, least and greatest value; null is a gap. */
export interface Curve {
  readonly steps: readonly number[];
  readonly mean: readonly (number | null)[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}

type Value = number | "NaN" | "Infinity" | "-Infinity" | null | undefined;

const finite = (value: Value): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** A series as the store answers it: points while they are few, buckets when they are many. */
export function curveOf(series: Schemas["Curve"]): Curve {
  if (series.points) {
    const values = series.points.map((point) => finite(point.value));
    return { steps: series.points.map((point) => point.step), mean: values, min: values, max: values };
  }
  const buckets = series.buckets ?? [];
  return {
    steps: buckets.map((bucket) => bucket.to_step),
    mean: buckets.map((bucket) => finite(bucket.mean)),
    min: buckets.map((bucket) => finite(bucket.min)),
    max: buckets.map((bucket) => finite(bucket.max)),
  };
}
