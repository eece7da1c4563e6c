import type { HistoryCurve, HistorySource } from "./history";
import { type Curves, seriesId } from "./series";

/** The curves and the range that a chart shows. */
export interface FeedRequest {
  readonly runIds: readonly string[];
  readonly keys: readonly string[];
  readonly fromStep?: number | undefined;
  readonly toStep?: number | undefined;
  /** Show only this many last steps. */
  readonly lastSteps?: number | undefined;
  readonly maxPoints: number;
}

/** Every requested curve, including those without points yet, which may come live. */
export async function readWindow(source: HistorySource, request: FeedRequest, signal: AbortSignal): Promise<Curves> {
  const read = await curvesOf(source, request, signal);
  const known = new Map(read.map(({ runId, key, curve }) => [seriesId(runId, key), curve]));
  const ids = request.runIds.flatMap((runId) => request.keys.map((key) => seriesId(runId, key)));
  return new Map(ids.map((id) => [id, known.get(id) ?? []]));
}

async function curvesOf(
  source: HistorySource,
  { lastSteps, ...request }: FeedRequest,
  signal: AbortSignal,
): Promise<readonly HistoryCurve[]> {
  if (lastSteps === undefined) {
    return source.read(request, signal);
  }
  const ends = await source.read({ ...request, maxPoints: 1 }, signal);
  const last = Math.max(...ends.map(({ curve }) => curve.at(-1)?.to ?? Number.NEGATIVE_INFINITY));
  return Number.isFinite(last) ? source.read({ ...request, fromStep: last - lastSteps + 1 }, signal) : ends;
}
