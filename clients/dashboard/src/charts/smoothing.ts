import { type Curve, middle } from "./curve";

/** A point of a line; y is null where the line breaks. */
export interface LinePoint {
  readonly x: number;
  readonly y: number | null;
}

export function meanLine(curve: Curve): readonly LinePoint[] {
  return curve.map((bucket) => ({ x: middle(bucket), y: bucket.mean }));
}

/** How much of an average may come from values before those that are read for it. */
const neglected = 0.01;

export const maxSmoothing = 0.99;

/** The values before a zoomed part that its average needs: at the maximum smoothing, earlier ones weigh 1 % in all. */
export const warmUpValues = Math.ceil(Math.log(neglected) / Math.log(maxSmoothing));

/**
 * TensorBoard's smoothing: an exponential moving average over the logged values of the curve, divided by the sum of the weights so
 * that its beginning is not drawn towards zero. It depends on nothing but the curve. A bucket counts as so many values equal to its
 * mean, and its point stands at its last step, so the result differs from that of the single values by no more than the bucket's
 * own minimum and maximum do. NaN and infinities interrupt the line and have no weight.
 *
 * @param smoothing the weight that a value keeps when the next one is logged; 0 for no smoothing
 */
export function smooth(curve: Curve, smoothing: number): readonly LinePoint[] {
  const keep = Math.min(Math.max(smoothing, 0), maxSmoothing);
  if (keep === 0) {
    return meanLine(curve);
  }
  let sum = 0;
  let weights = 0;
  return curve.map(({ to, mean, count, nans, infinities }) => {
    if (mean === null) {
      return { x: to, y: null };
    }
    const fade = keep ** Math.max(1, count - nans - infinities);
    sum = sum * fade + mean * (1 - fade);
    weights = weights * fade + (1 - fade);
    return { x: to, y: sum / weights };
  });
}
