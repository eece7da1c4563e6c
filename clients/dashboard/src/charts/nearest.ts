import { type Bucket, type Curve, middle } from "./curve";

/** Index of the first bucket whose middle is at or after this step. */
export function firstAtOrAfter(curve: Curve, step: number): number {
  let low = 0;
  let high = curve.length;
  while (low < high) {
    const half = (low + high) >> 1;
    const bucket = curve[half];
    if (bucket !== undefined && middle(bucket) < step) {
      low = half + 1;
    } else {
      high = half;
    }
  }
  return low;
}

export function nearest(curve: Curve, step: number): Bucket | null {
  const index = firstAtOrAfter(curve, step);
  const after = curve[index];
  const before = curve[index - 1];
  if (before === undefined || after === undefined) {
    return after ?? before ?? null;
  }
  return step - middle(before) < middle(after) - step ? before : after;
}

/** The next step of any curve in this direction; null at the end. */
export function neighbour(curves: readonly Curve[], step: number, direction: 1 | -1): number | null {
  const candidates = curves.flatMap((curve) => {
    const at = firstAtOrAfter(curve, step);
    const index = direction === -1 ? at - 1 : at + (curve[at] !== undefined && middle(curve[at]) === step ? 1 : 0);
    const bucket = curve[index];
    return bucket === undefined ? [] : [middle(bucket)];
  });
  return candidates.length === 0 ? null : direction === 1 ? Math.min(...candidates) : Math.max(...candidates);
}
