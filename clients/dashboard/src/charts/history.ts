import type { Curve } from "./curve";

/** The most points an answer may have, over all of its curves. */
const mostPoints = 400_000;

export interface HistoryRequest {
  readonly runIds: readonly string[];
  readonly keys: readonly string[];
  readonly fromStep?: number | undefined;
  readonly toStep?: number | undefined;
  readonly maxPoints: number;
}

export interface HistoryCurve {
  readonly runId: string;
  readonly key: string;
  readonly curve: Curve;
}

/** Where charts get their curves from. */
export interface HistorySource {
  read(request: HistoryRequest, signal: AbortSignal): Promise<readonly HistoryCurve[]>;
}

/** About a bucket for each pixel, and no more than an answer may have. */
export function pointsFor(width: number, curves: number): number {
  return Math.max(2, Math.min(Math.round(width), Math.floor(mostPoints / Math.max(1, curves))));
}
