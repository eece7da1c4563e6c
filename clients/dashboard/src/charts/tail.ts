import type { Bucket, Curve } from "./curve";
import type { HistoryCurve } from "./history";
import { type Curves, seriesId } from "./series";

/** The step from which to read again: it includes the last value or bucket of every curve, for comparison. */
export function tailStart(curves: Curves): number | null {
  const ends = [...curves.values()].map((curve) => curve.at(-1)?.from);
  return ends.length === 0 || ends.includes(undefined) ? null : Math.min(...ends.filter((end) => end !== undefined));
}

/**
 * Joins curves with the data read from `tailStart` on. Null if they don't match, because a curve was rewound or there were too many
 * new points to send unsummarised. Then everything has to be read again.
 */
export function joinTail(curves: Curves, tail: readonly HistoryCurve[], from: number): Curves | null {
  const joined = new Map(curves);
  for (const [id, known] of curves) {
    const rest = tail.find(({ runId, key }) => seriesId(runId, key) === id)?.curve ?? [];
    const both = joinCurve(known, rest, from);
    if (both === null) {
      return null;
    }
    joined.set(id, both);
  }
  return joined;
}

function joinCurve(known: Curve, rest: Curve, from: number): Curve | null {
  const compared = known.filter((bucket) => bucket.to >= from);
  const fits = rest.every(isPoint) && compared.every((bucket) => bucket.from >= from && isMadeOf(bucket, rest));
  return fits ? [...known.filter((bucket) => bucket.to < from), ...rest] : null;
}

function isPoint(bucket: Bucket): boolean {
  return bucket.from === bucket.to;
}

function isMadeOf(bucket: Bucket, points: Curve): boolean {
  const within = points.filter((point) => point.from >= bucket.from && point.to <= bucket.to);
  return within.length === bucket.count && Object.is(within.at(-1)?.last, bucket.last);
}
