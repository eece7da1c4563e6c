import type { Extent } from "./scale";

export const clippedShare = 0.01;

/** A quantile of sorted values, interpolated. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

/** The extent without the lowest and highest percent, and the number of values outside. */
export function clippedExtent(values: readonly number[]): { readonly extent: Extent; readonly outside: number } | null {
  if (values.length === 0) {
    return null;
  }
  const sorted = Float64Array.from(values).sort();
  const extent = { min: quantile(sorted, clippedShare), max: quantile(sorted, 1 - clippedShare) };
  return { extent, outside: values.filter((value) => value < extent.min || value > extent.max).length };
}

export function extentOf(values: Iterable<number>): Extent | null {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min <= max ? { min, max } : null;
}
