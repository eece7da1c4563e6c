import type { Curve } from "./curve";

/** The most a chart draws: with more, many live curves take longer than a frame. */
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

/** Where charts get their curves from. */
export interface HistorySource {
  read(request: HistoryRequest, signal: AbortSignal): Promise<readonly HistoryCurve[]>;
}

/** About a bucket for each pixel of one curve, fewer of many. An answer may have 400,000: far more. */
export function pointsFor(width: number, curves: number): number {
  return Math.max(2, Math.min(Math.round(width), Math.floor(maxDrawn / Math.max(1, curves))));
}
