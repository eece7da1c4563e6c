/** A part of a curve: one logged value (`from` equals `to`), or a bucket from the server. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
  /** Over the finite values; null if there are none. */
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** May be NaN or infinite. */
  readonly last: number;
  readonly count: number;
  readonly nans: number;
  readonly infinities: number;
}

export type Curve = readonly Bucket[];

/** JSON has no NaN and no infinities: the API writes them as strings. */
export type WireNumber = number | string;

export interface WirePoint {
  readonly step: WireNumber;
  readonly value: WireNumber;
}

export interface WireBucket {
  readonly from_step: WireNumber;
  readonly to_step: WireNumber;
  readonly min?: WireNumber | null;
  readonly max?: WireNumber | null;
  readonly mean?: WireNumber | null;
  readonly last: WireNumber;
  readonly count: WireNumber;
  readonly nan_count: WireNumber;
  readonly infinite_count: WireNumber;
}

export interface WireCurve {
  readonly points?: readonly WirePoint[] | null;
  readonly buckets?: readonly WireBucket[] | null;
}

export function pointAt(step: number, value: number): Bucket {
  const finite = Number.isFinite(value) ? value : null;
  return {
    from: step,
    to: step,
    mean: finite,
    min: finite,
    max: finite,
    last: value,
    count: 1,
    nans: Number.isNaN(value) ? 1 : 0,
    infinities: finite === null && !Number.isNaN(value) ? 1 : 0,
  };
}

export function curveOf(wire: WireCurve): Curve {
  if (wire.buckets) {
    return wire.buckets.map(bucketOf);
  }
  const curve: Bucket[] = [];
  for (const point of wire.points ?? []) {
    const next = pointAt(Number(point.step), Number(point.value));
    // Of several values at one step the last one counts; the server sends them in logged order.
    if (curve.at(-1)?.to === next.from) {
      curve.pop();
    }
    curve.push(next);
  }
  return curve;
}

/** The step at which a bucket is drawn. */
export function middle(bucket: Bucket): number {
  return (bucket.from + bucket.to) / 2;
}

function bucketOf(wire: WireBucket): Bucket {
  return {
    from: Number(wire.from_step),
    to: Number(wire.to_step),
    mean: finiteOrNull(wire.mean),
    min: finiteOrNull(wire.min),
    max: finiteOrNull(wire.max),
    last: Number(wire.last),
    count: Number(wire.count),
    nans: Number(wire.nan_count),
    infinities: Number(wire.infinite_count),
  };
}

function finiteOrNull(value: WireNumber | null | undefined): number | null {
  const number = value === null || value === undefined ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}
