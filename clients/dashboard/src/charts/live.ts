import { type Bucket, pointAt, type WireNumber } from "./curve";
import { type Curves, seriesId } from "./series";

/** A WebSocket message: the values of one step. */
export interface LivePoint {
  readonly run_id: string;
  readonly step: number;
  readonly metrics: Readonly<Record<string, WireNumber>>;
}

export interface LiveListener {
  points(points: readonly LivePoint[]): void;
  /** Messages may have been missed: after a reconnect, or when the server says so. */
  resync(): void;
}

export interface LiveSource {
  /** Subscribes; call the returned function to unsubscribe. */
  subscribe(runIds: readonly string[], listener: LiveListener): () => void;
}

export interface Extended {
  readonly curves: Curves;
  /** Whether a curve was rewound, so the shown data is outdated. */
  readonly stale: boolean;
}

/** Appends live points. A known step is skipped; a step before the end marks the curve as stale. */
export function extend(curves: Curves, points: readonly LivePoint[], to = Number.POSITIVE_INFINITY): Extended {
  const changed = new Map<string, Bucket[]>();
  let stale = false;
  for (const { run_id, step, metrics } of points) {
    for (const [key, value] of Object.entries(metrics)) {
      const id = seriesId(run_id, key);
      const known = changed.get(id) ?? curves.get(id);
      if (known === undefined || step > to) {
        continue;
      }
      const last = known.at(-1);
      if (last !== undefined && step < last.to) {
        stale = true;
        continue;
      }
      // The server has counted the last value of a bucket already.
      if (last?.to === step && last.from < step) {
        continue;
      }
      const copy = changed.get(id) ?? [...known];
      if (last?.to === step) {
        copy.pop();
      }
      copy.push(pointAt(step, Number(value)));
      changed.set(id, copy);
    }
  }
  return { curves: changed.size === 0 ? curves : new Map([...curves, ...changed]), stale };
}

/** Drops points that a later response includes. */
export function newerThan(curves: Curves, points: readonly LivePoint[]): readonly LivePoint[] {
  return points.flatMap((point) => {
    const metrics = Object.entries(point.metrics).filter(([key]) => {
      const last = curves.get(seriesId(point.run_id, key))?.at(-1);
      return last === undefined || point.step > last.to;
    });
    return metrics.length === 0 ? [] : [{ ...point, metrics: Object.fromEntries(metrics) }];
  });
}
