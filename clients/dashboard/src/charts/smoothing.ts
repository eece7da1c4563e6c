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
 * An exponential moving average whose memory fades with steps, not with points, so that runs that log at different
 * intervals are smoothed alike. Debiased: it's divided by the sum of its weights, so that its beginning isn't drawn towards
 * zero. Breaks stay breaks, and count as time that passes.
 *
 * @param smoothing 0 for none; what a value's weight is multiplied by in each unit
 * @param unit how many steps a unit has
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

/** A unit for all curves of a chart: the interval of the one with most points, or a thousandth of the span. */
export function unitOf(span: number, curves: readonly Curve[]): number {
  const most = curves.reduce((points, curve) => Math.max(points, curve.length), 0);
  return span / Math.max(1, Math.min(maxUnits, most - 1));
}
