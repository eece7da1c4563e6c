import { type Curve, middle } from "./curve";

/** A point of a line; y is null where the line breaks. */
export interface LinePoint {
  readonly x: number;
  readonly y: number | null;
}

export function meanLine(curve: Curve): readonly LinePoint[] {
  return curve.map((bucket) => ({ x: middle(bucket), y: bucket.mean }));
}

/**
 * An exponential moving average that decays by steps, not by points, so that runs with different logging intervals are smoothed
 * equally. Debiased: divided by the sum of the weights, so that the beginning is not drawn towards zero. Breaks stay breaks, and
 * the average decays over them.
 *
 * @param smoothing the decay of a weight per unit; 0 for no smoothing
 * @param unit the number of steps in a unit
 */
export function smooth(line: readonly LinePoint[], smoothing: number, unit: number): readonly LinePoint[] {
  const keep = Math.min(Math.max(smoothing, 0), 0.999);
  if (keep === 0 || !(unit > 0)) {
    return line;
  }
  let sum = 0;
  let weights = 0;
  let lastX: number | null = null;
  return line.map(({ x, y }) => {
    if (y === null) {
      return { x, y };
    }
    const fade = lastX === null ? 0 : keep ** ((x - lastX) / unit);
    lastX = x;
    sum = sum * fade + y * (1 - keep);
    weights = weights * fade + (1 - keep);
    return { x, y: sum / weights };
  });
}

const maxUnits = 1000;

/** The unit for all curves of a chart: the interval of the curve with the most points, or a thousandth of the span. */
export function unitOf(span: number, curves: readonly Curve[]): number {
  const maxPoints = curves.reduce((points, curve) => Math.max(points, curve.length), 0);
  return span / Math.max(1, Math.min(maxUnits, maxPoints - 1));
}
