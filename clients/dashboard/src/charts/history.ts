import type { Curve } from "./curve";

/** The maximum number of buckets in a chart: with more, many live curves take longer than a frame. */
const maxDrawn = 12_000;

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

/** The source of a chart's curves. */
export interface HistorySource {
  read(request: HistoryRequest, signal: AbortSignal): Promise<readonly HistoryCurve[]>;
}

/** About one bucket per pixel for one curve, fewer for many. The server allows 400,000 in a response. */
export function pointsFor(width: number, curves: number): number {
  return Math.max(2, Math.min(Math.round(width), Math.floor(maxDrawn / Math.max(1, curves))));
}
